import type { Connection } from '@windhover/connections';
import { channels } from './channels.ts';

const connectionEnding = channels['windhover:connection:ending'];

/**
 * Publishes on `windhover:connection:ending` that the server ends a connection.
 *
 * @param reason in the vocabulary of `error.type`, e.g. `keep_alive_timeout`
 */
export const publishEnding = (connection: Connection, reason: string): void => {
  if (connectionEnding.hasSubscribers) connectionEnding.publish({ connection, reason });
};
