import type { Buffer } from 'node:buffer';
import type { Connection, ConnectionBuilder } from '@windhover/connections';
import { encodeApplicationProtocols } from './names/application-protocols.ts';
import { CertificateWatch } from './certificates/certificate-watch.ts';
import type { TlsError } from './errors.ts';
import { NameEntries, type NameEntry } from './names/name-entries.ts';
import type { ResolvedHttpsOptions } from './options.ts';
import type { SessionTicketKeys } from './names/session-ticket-keys.ts';

/** What all connections of one endpoint have in common. */
export class TlsEndpoint {
  readonly options: ResolvedHttpsOptions;
  readonly entries: NameEntries;
  readonly #endpoint: ConnectionBuilder;
  readonly #protocols = new Map<NameEntry, Buffer | undefined>();
  #handshakes = 0;
  #hasToldOfPlainHttp = false;

  /**
   * Reads all files, synchronously, and watches them for as long as the endpoint lives.
   *
   * @throws TlsError, one of those that concern the start
   * @throws RangeError for a name that is none
   */
  constructor(options: ResolvedHttpsOptions, ticketKeys: SessionTicketKeys, endpoint: ConnectionBuilder) {
    this.options = options;
    this.#endpoint = endpoint;
    this.entries = new NameEntries(options, ticketKeys, (message) => endpoint.warn(message));
    endpoint.own(new CertificateWatch(this.entries.certificates, options.reloadInterval));
  }

  /**
   * Reads what may be configured until now.
   *
   * @throws RangeError for an ALPN name that cannot be sent
   */
  prepare(): void {
    for (const entry of this.entries) {
      const names = entry.policy.applicationProtocols ?? this.#endpoint.applicationProtocols;
      this.#protocols.set(entry, encodeApplicationProtocols(names));
    }
  }

  /** ALPN names as they are sent; `undefined` for none. */
  applicationProtocolsOf(entry: NameEntry): Buffer | undefined {
    return this.#protocols.get(entry);
  }

  /** Counts one handshake more, if there may be one. */
  beginHandshake(): boolean {
    if (this.#handshakes >= this.options.maxConcurrentHandshakes) return false;
    this.#handshakes++;
    return true;
  }

  endHandshake(): void {
    this.#handshakes--;
  }

  tellOfFailure(error: TlsError, connection: Connection): void {
    try {
      this.options.onHandshakeFailed?.(error, connection);
    } catch (thrown) {
      this.#endpoint.warn(`onHandshakeFailed has thrown: ${String(thrown)}`);
    }
  }

  /** Once: whoever has a wrong link somewhere follows it often. */
  tellOfPlainHttp(): void {
    if (this.#hasToldOfPlainHttp) return;
    this.#hasToldOfPlainHttp = true;
    this.#endpoint.warn('A client has spoken plain HTTP on this port for HTTPS; later ones are not mentioned');
  }
}
