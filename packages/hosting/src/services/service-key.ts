declare const valueType: unique symbol;

/** Names one service and carries the type of its value. Two keys with the same name are the same key. */
export interface ServiceKey<T> {
  readonly id: symbol;
  readonly name: string;
  readonly [valueType]?: T;
}

/**
 * Makes the key for a service.
 *
 * @param name unique among the services of an application, e.g. `database`; packages prefix theirs: `acme/mailer`
 */
export const serviceKey = <T>(name: string): ServiceKey<T> => ({ id: Symbol.for(`@windhover/service/${name}`), name });
