declare const valueType: unique symbol;

/** Names a service and carries the type of its value. Two keys with the same name are equal. */
export interface ServiceKey<T> {
  readonly id: symbol;
  readonly name: string;
  readonly [valueType]?: T;
}

/**
 * Creates the key of a service.
 *
 * @param name unique among the services of an application, e.g. `database`; packages use a prefix: `acme/mailer`
 */
export const serviceKey = <T>(name: string): ServiceKey<T> => ({ id: Symbol.for(`@windhover/service/${name}`), name });
