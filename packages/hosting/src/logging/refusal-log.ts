import { type Connection, ConnectionEndpointFeature, formatEndpoint } from '@windhover/connections';
import { type RefusedMessage, subscribe } from '@windhover/diagnostics';
import type { FeatureCollection } from '@windhover/features';
import { ServerAddressesFeature } from '@windhover/server';
import { propertyOf, readableError } from '@windhover/thrown-values';
import { childLogger } from './child-logger.ts';
import { guarded } from './guarded.ts';
import { eventIds, logCategories } from './log-events.ts';
import type { Logger } from './logger.ts';

/** Milliseconds between two summaries. */
const summaryInterval = 60_000;

/** Codes of a client that connects and disconnects, like the TCP check of a load balancer. They are not summarized. */
const quietCodes: ReadonlySet<string> = new Set(['TLS_HANDSHAKE_INCOMPLETE', 'PROXY_PROTOCOL_HEADER_INCOMPLETE']);

/**
 * Logs refused TLS handshakes and PROXY protocol headers: each at `debug`, with its cause and the address, and at most
 * once a minute a summary at `info`. Peers cause these entries, so their number is limited.
 *
 * @param features of the host: the channels carry the messages of every server in the process
 * @returns stops logging when disposed
 */
export const logRefusals = (logger: Logger, features: FeatureCollection): Disposable => {
  const host = features.get(ServerAddressesFeature);
  const isOwn = ({ connection }: RefusedMessage): boolean =>
    host !== undefined && connection.features.get(ServerAddressesFeature) === host;
  const handshakes = new RefusalLog(logger, logCategories.https, 'TLS handshake');
  const headers = new RefusalLog(logger, logCategories.server, 'PROXY protocol header');
  const subscription = subscribe({
    'windhover:tls:refused': (message) => {
      if (isOwn(message)) handshakes.add(message);
    },
    'windhover:proxy-protocol:refused': (message) => {
      if (isOwn(message)) headers.add(message);
    },
  });
  return {
    [Symbol.dispose]: () => {
      subscription[Symbol.dispose]();
      handshakes.end();
      headers.end();
    },
  };
};

/** Refusals of one kind. */
class RefusalLog {
  readonly #parent: Logger;
  readonly #category: string;
  readonly #subject: string;
  /** Created on first use: most hosts refuse nothing. */
  #child: Logger | undefined;
  readonly #counts = new Map<string, number>();
  #lastAddress: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param subject e.g. `TLS handshake` */
  constructor(parent: Logger, category: string, subject: string) {
    this.#parent = parent;
    this.#category = category;
    this.#subject = subject;
  }

  get #logger(): Logger {
    return (this.#child ??= childLogger(this.#parent, { category: this.#category }));
  }

  add({ connection, error }: RefusedMessage): void {
    const { code } = error;
    const address = addressOf(connection);
    const eventId = eventIds.refused;
    const details = { eventId, connectionId: connection.id, code, address, cause: causeOf(error) };
    guarded(() => this.#logger.debug(details, `A ${this.#subject} was refused: ${error.message}`));
    if (quietCodes.has(code)) return;
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    this.#lastAddress = address;
    // The first refusal is reported at once, later ones are summarized.
    if (this.#timer === undefined) this.#summarize();
  }

  /** Writes the summary of refusals that were not reported yet. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#counts.size > 0) this.#summarize();
    clearTimeout(this.#timer);
  }

  #summarize(): void {
    const count = [...this.#counts.values()].reduce((sum, each) => sum + each, 0);
    const codes = Object.fromEntries(this.#counts);
    const causes = Object.entries(codes).map(([code, times]) => (times === 1 ? code : `${code} ${times} times`));
    const subject = count === 1 ? `1 ${this.#subject} was` : `${count} ${this.#subject}s were`;
    const message = `${subject} refused: ${causes.join(', ')}. Set the log level to debug to see each one.`;
    const details = { eventId: eventIds.refused, codes, lastAddress: this.#lastAddress };
    guarded(() => this.#logger.info(details, message));
    this.#counts.clear();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#counts.size > 0) this.#summarize();
    }, summaryInterval).unref();
  }
}

const addressOf = ({ features }: Connection): string | undefined => {
  const remote = features.get(ConnectionEndpointFeature)?.remoteEndpoint;
  return remote && formatEndpoint(remote);
};

/** Code or message of the cause, e.g. `ERR_SSL_NO_SHARED_CIPHER` of OpenSSL. */
const causeOf = ({ cause }: Error): string | undefined => {
  const readable = readableError(cause);
  if (readable === undefined) return undefined;
  const code = propertyOf(readable, 'code');
  return typeof code === 'string' ? code : readable.message;
};
