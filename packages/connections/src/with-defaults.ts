/** Options with their defaults. An option without a default keeps the type it was given with. */
export type WithDefaults<D extends object, G extends object> = Omit<G, keyof D> & {
  [K in keyof D]: D[K] | (K extends keyof G ? Exclude<G[K], undefined> : never);
};

/**
 * Fills in the defaults of options that are omitted or `undefined`. A value such as `process.env.LIMIT` that does not
 * exist therefore has the effect of an omitted option, and never turns a limit off.
 */
export const withDefaults = <D extends object, G extends object = Partial<D>>(
  defaults: D,
  given?: G,
): WithDefaults<D, G> => {
  const defined = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(defined) } as WithDefaults<D, G>;
};
