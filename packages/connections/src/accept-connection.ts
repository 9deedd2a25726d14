import type { Connection, ConnectionDelegate } from './connection.ts';

const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error('The connection delegate failed', { cause: thrown });

/**
 * Hands a connection to its delegate the way every listener has to: an error thrown, or a rejected promise, aborts
 * this connection and nothing else.
 */
export const acceptConnection = (connection: Connection, accept: ConnectionDelegate): void => {
  try {
    accept(connection)?.then(undefined, (thrown: unknown) => connection.abort(asError(thrown)));
  } catch (thrown) {
    connection.abort(asError(thrown));
  }
};
