/** Key of the global property, shared with a second copy of this package that a served module may load. */
const key: unique symbol = Symbol.for('@windhover/command-arguments') as never;

const kept = globalThis as { [key]?: readonly string[] };

/** Marks this process as the command's, and stores the arguments that are settings of the host. */
export const keepCommandArguments = (args: readonly string[]): void => void (kept[key] = args);

/**
 * The arguments for the settings of a host. A module served by the command may pass the arguments of the process, which
 * include the command's own options, or none. In both cases the stored arguments are used.
 */
export const settingsArguments = (given: readonly string[] | undefined): readonly string[] => {
  const fromCommand = kept[key];
  if (fromCommand === undefined) return given ?? [];
  return given === undefined || isOfProcess(given) ? fromCommand : given;
};

const isOfProcess = (args: readonly string[]): boolean => {
  const all = process.argv.slice(2);
  return args.length === all.length && args.every((argument, at) => argument === all[at]);
};
