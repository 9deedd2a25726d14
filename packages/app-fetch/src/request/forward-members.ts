/**
 * Gives a prototype the members of a platform class that it does not define itself. Each of them runs on the platform's object
 * of the instance, so that members which later versions of the platform add work as well.
 *
 * @param members prototype of the platform class
 * @param platformOf returns the platform's object of an instance, and makes it where it does not exist
 */
export const forwardMembers = <Instance extends object>(
  prototype: Instance,
  members: object,
  platformOf: (instance: Instance) => object,
): void => {
  for (const key of Reflect.ownKeys(members)) {
    if (Object.hasOwn(prototype, key)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(members, key)!;
    const forwarded = forwardedMember(descriptor, platformOf);
    if (forwarded !== undefined) Object.defineProperty(prototype, key, { ...descriptor, ...forwarded });
  }
};

const forwardedMember = (
  { get, value }: PropertyDescriptor,
  platformOf: (instance: never) => object,
): PropertyDescriptor | undefined => {
  if (get !== undefined) {
    return {
      get(this: never) {
        return Reflect.apply(get, platformOf(this), []) as unknown;
      },
    };
  }
  if (typeof value !== 'function') return undefined;
  return {
    value(this: never, ...values: unknown[]) {
      return Reflect.apply(value as () => unknown, platformOf(this), values);
    },
  };
};
