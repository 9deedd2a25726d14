import { Buffer } from 'node:buffer';
import type { Connection, ConnectionBuilder } from '@windhover/connections';
import { HandshakePlaces } from './handshake/handshake-places.ts';
import { CertificateWatch } from './certificates/certificate-watch.ts';
import type { ReloadingCertificate } from './certificates/reloading-certificate.ts';
import type { TlsError } from './errors.ts';
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
   * Reads all files, and watches them for as long as the endpoint lives.
   *
   * @throws TlsError, one of those that concern the start
   * @throws RangeError for a server name or an ALPN name that is not valid
   */
  async load(): Promise<void> {
    const endpoint = this.#endpoint;
    this.#entries = await NameEntries.load(this.options, this.#ticketKeys, (message) => endpoint.warn(message));
    const reloaded = ({ current: { name, leaf } }: ReloadingCertificate): void =>
      endpoint.inform?.(`${name}: the certificate has changed and was loaded again; it is valid until ${leaf.validTo}`);
    endpoint.own(new CertificateWatch(this.#entries.certificates, this.options.reloadInterval, reloaded));
    for (const entry of this.entries) {
      const names = entry.policy.applicationProtocols ?? this.#endpoint.applicationProtocols;
      this.#protocols.set(entry, encodeApplicationProtocols(names));
    }
  }

  /** ALPN names in the form of the wire; `undefined` for no ALPN. */
  applicationProtocolsOf(entry: NameEntry): Buffer | undefined {
    return this.#protocols.get(entry);
  }

  reportFailure(error: TlsError, connection: Connection): void {
    try {
      this.options.onHandshakeFailed?.(error, connection);
    } catch (thrown) {
      this.#endpoint.warn(`onHandshakeFailed has thrown: ${String(thrown)}`);
    }
  }

  /** Warns once: a client with a wrong link follows it often. */
  warnOfPlainHttp(): void {
    if (this.#hasWarnedOfPlainHttp) return;
    this.#hasWarnedOfPlainHttp = true;
    this.#endpoint.warn('A client sent plain HTTP to this HTTPS port. Further clients that do so are not reported.');
  }
}

/** RFC 7301 section 6. A client that speaks HTTP/1.0 only may offer no other name, e.g. `curl --http1.0`. */
const http11 = 'http/1.1';
const http10 = 'http/1.0';

/**
 * Protocol names in the form that they have on the wire, the preferred one first; `undefined` for none. HTTP/1.1 brings
 * HTTP/1.0 with it, as the last choice.
 *
 * @throws RangeError for a name that is empty or longer than 255 bytes
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
