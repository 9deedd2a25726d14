import { Buffer } from 'node:buffer';
import { debuglog } from 'node:util';
import { type Connection, ConnectionEndpointFeature, type Endpoint, formatEndpoint } from '@windhover/connections';
import { hexDump } from './hex-dump.ts';
import type { ConnectionLogger } from './logger.ts';
import type { ResolvedConnectionLoggingOptions } from './options.ts';

const debug = debuglog('windhover:connection');

const textOf = (endpoint: Endpoint | undefined): string | undefined =>
  endpoint === undefined ? undefined : formatEndpoint(endpoint);

/** Writes the log entries of one connection. A logger that throws is not called again, and the connection continues. */
export class ConnectionLog {
  #logger: ConnectionLogger | undefined;
  readonly #maxBytes: number;
  /** Details of every entry. */
  readonly #details: { readonly connection: string; readonly name?: string };

  constructor(connection: Connection, { logger, name, maxBytes }: ResolvedConnectionLoggingOptions) {
    this.#logger = logger;
    this.#maxBytes = maxBytes;
    this.#details = { connection: connection.id, ...(name === undefined ? undefined : { name }) };
    const ends = connection.features.get(ConnectionEndpointFeature);
    this.note('connected', { local: textOf(ends?.localEndpoint), remote: textOf(ends?.remoteEndpoint) });
  }

  /** Writes one entry without bytes. */
  note(message: string, details?: object): void {
    try {
      this.#logger?.debug({ ...this.#details, ...details }, message);
    } catch (error) {
      this.#logger = undefined;
      debug('%s: the logger failed: %s', this.#details.connection, error);
    }
  }

  /** Writes one entry with direction and size, and one for each row of the dump. */
  chunk(direction: 'received' | 'sent', chunk: Uint8Array | string): void {
    const size = chunk.length;
    this.note(`${direction} ${size} bytes`, { direction, size });
    const shown = chunk.slice(0, this.#maxBytes);
    const bytes = typeof shown === 'string' ? Buffer.from(shown, 'latin1') : shown;
    for (const row of hexDump(bytes)) this.note(row);
    if (size > bytes.length) this.note(`and ${size - bytes.length} bytes more`);
  }
}
