import { Buffer } from 'node:buffer';
import type { Connection, ConnectionBuilder } from '@windhover/connections';
import { isThenable, readableError } from '@windhover/thrown-values';
import { HandshakePlaces } from './handshake/handshake-places.ts';
import { CertificateWatch } from './certificates/certificate-watch.ts';
import type { ReloadingCertificate } from './certificates/reloading-certificate.ts';
import { TlsError } from './errors.ts';
import { NameEntries, type NameEntry } from './names/name-entries.ts';
import type { ResolvedHttpsOptions } from './options.ts';
import type { SessionTicketKeys } from './names/session-ticket-keys.ts';

/** The state that all connections of one endpoint share. */
export class TlsEndpoint {
  readonly options: ResolvedHttpsOptions;
  readonly places: HandshakePlaces;
  readonly #ticketKeys: SessionTicketKeys;
  readonly #endpoint: ConnectionBuilder;
  readonly #protocols = new Map<NameEntry, Buffer | undefined>();
  #entries: NameEntries | undefined;
  #hasWarnedOfPlainHttp = false;

  constructor(options: ResolvedHttpsOptions, ticketKeys: SessionTicketKeys, endpoint: ConnectionBuilder) {
    this.options = options;
    this.places = new HandshakePlaces(options.maxConcurrentHandshakes, options.maxConcurrentHandshakesPerAddress);
    this.#endpoint = endpoint;
    this.#ticketKeys = ticketKeys;
  }

  /** Certificates and rules by name; only after `load`. */
  get entries(): NameEntries {
    return this.#entries!;
  }

  /**
   * Reads all files, and watches them until the endpoint is disposed.
   *
   * @throws TlsError with a code that concerns the start
   * @throws RangeError for an invalid server name or ALPN name
   */
  async load(): Promise<void> {
    const endpoint = this.#endpoint;
    this.#entries = await this.#loadEntries();
    const reloaded = ({ current: { name, leaf } }: ReloadingCertificate): void =>
      endpoint.inform?.(`${name}: the certificate has changed and was loaded again; it is valid until ${leaf.validTo}`);
    endpoint.own(new CertificateWatch(this.#entries.certificates, this.options.reloadInterval, reloaded));
    for (const entry of this.entries) {
      const names = entry.policy.applicationProtocols ?? this.#endpoint.applicationProtocols;
      this.#protocols.set(entry, encodeApplicationProtocols(names));
    }
  }

  async #loadEntries(): Promise<NameEntries> {
    const endpoint = this.#endpoint;
    try {
      return await NameEntries.load(this.options, this.#ticketKeys, (message) => endpoint.warn(message));
    } catch (error) {
      throw error instanceof TlsError ? error.of(endpoint.name) : error;
    }
  }

  /** ALPN names in wire format; `undefined` for no ALPN. */
  applicationProtocolsOf(entry: NameEntry): Buffer | undefined {
    return this.#protocols.get(entry);
  }

  reportFailure(error: TlsError, connection: Connection): void {
    this.#callBack(() => this.options.onHandshakeFailed?.(error, connection));
  }

  /** Calls `onHandshakeFailed`. Its errors and rejections are warnings, because a client causes the call. */
  #callBack(callback: () => unknown): void {
    const failed = (thrown: unknown): void =>
      this.#endpoint.warn(`onHandshakeFailed has failed: ${String(readableError(thrown) ?? 'it threw no Error')}`);
    try {
      const returned = callback();
      if (isThenable(returned)) Promise.resolve(returned).catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }

  /** Warns only once: a client with a wrong link repeats its requests. */
  warnOfPlainHttp(): void {
    if (this.#hasWarnedOfPlainHttp) return;
    this.#hasWarnedOfPlainHttp = true;
    this.#endpoint.warn('A client sent plain HTTP to this HTTPS port. Further clients that do so are not reported.');
  }
}

/** RFC 7301 section 6. An HTTP/1.0 client may offer only this name, e.g. `curl --http1.0`. */
const http11 = 'http/1.1';
const http10 = 'http/1.0';

/**
 * Protocol names in wire format, the preferred one first; `undefined` for none. HTTP/1.1 includes HTTP/1.0 as the last
 * choice.
 *
 * @throws RangeError for an empty name or a name longer than 255 bytes
 * Source: RFC 7301 section 3.1
 */
const encodeApplicationProtocols = (names: readonly string[]): Buffer | undefined => {
  if (names.length === 0) return undefined;
  const all = names.includes(http11) && !names.includes(http10) ? [...names, http10] : names;
  return Buffer.concat(all.map(encodeName));
};

const encodeName = (name: string): Buffer => {
  const bytes = Buffer.from(name, 'latin1');
  if (bytes.length > 0 && bytes.length <= 255) return Buffer.concat([Buffer.of(bytes.length), bytes]);
  throw new RangeError(`An ALPN name must have 1 to 255 bytes; received ${bytes.length}.`);
};
