import { isReadableError } from '@windhover/thrown-values';
import type { Connection, ConnectionDelegate } from './connection.ts';

const asError = (thrown: unknown): Error =>
  isReadableError(thrown) ? thrown : new Error('The connection delegate failed', { cause: thrown });

/**
 * Passes a connection to its delegate; every listener must use it. A thrown value of any kind or a rejected promise
 * aborts this connection and affects nothing else.
 */
export const acceptConnection = (connection: Connection, accept: ConnectionDelegate): void => {
  try {
    accept(connection)?.then(undefined, (thrown: unknown) => connection.abort(asError(thrown)));
  } catch (thrown) {
    connection.abort(asError(thrown));
  }
};
