import type { Buffer } from 'node:buffer';
import { constants, createHash } from 'node:crypto';
import { type SecureContext, createSecureContext } from 'node:tls';
import { type TlsCertificate, isWeakness } from '../certificates/load-certificate.ts';
import type { ClientRules } from './client-rules.ts';
import { TlsError } from '../errors.ts';
import type { HttpsSettings, NameOptions } from '../options.ts';
import type { SessionTicketKeys } from './session-ticket-keys.ts';

/** Settings of an endpoint that a context is made of. */
export type ContextSettings = Pick<
  HttpsSettings,
  'ciphers' | 'minVersion' | 'maxVersion' | 'sessionTickets' | 'sessionTimeout'
>;

const classic = 'X25519:prime256v1:secp384r1:secp521r1';

/** Groups with 128 bits of security and more, the hybrid that resists quantum computers among them. RFC 8446 section 7.4 */
const withHybrid = `X25519MLKEM768:${classic}`;

let supported: string | undefined;

/** The groups of this OpenSSL: the hybrid came with 3.5. */
const keyExchangeGroups = (): string => {
  supported ??= isSupported(withHybrid) ? withHybrid : classic;
  return supported;
};

const isSupported = (groups: string): boolean => {
  try {
    createSecureContext({ ca: [], ecdhCurve: groups });
    return true;
  } catch {
    return false;
  }
};

/** One name's part: what its handshakes are like, apart from the certificate. */
export class NamePolicy {
  readonly clients: ClientRules;
  /** ALPN names of its own. */
  readonly applicationProtocols: NameOptions['applicationProtocols'];
  readonly #settings: ContextSettings;
  readonly #ticketKeys: SessionTicketKeys;
  #contexts = new WeakMap<TlsCertificate, SecureContext>();
  #generation = -1;

  constructor(
    settings: ContextSettings,
    clients: ClientRules,
    applicationProtocols: NameOptions['applicationProtocols'],
    ticketKeys: SessionTicketKeys,
  ) {
    this.#settings = settings;
    this.clients = clients;
    this.applicationProtocols = applicationProtocols;
    this.#ticketKeys = ticketKeys;
  }

  /**
   * What OpenSSL needs for a connection with this certificate. Made once for each, and again when ticket keys change.
   *
   * @param now milliseconds of a monotonic clock; not known before the first connection
   * @throws TlsError `TLS_OPTION_REFUSED`, `TLS_CERTIFICATE_WEAK`
   */
  contextFor(certificate: TlsCertificate, now?: number): SecureContext {
    const ticketKeys = this.#ticketKeys.current(now);
    if (this.#generation !== this.#ticketKeys.generation) {
      this.#generation = this.#ticketKeys.generation;
      this.#contexts = new WeakMap();
    }
    const known = this.#contexts.get(certificate);
    if (known !== undefined) return known;
    const context = this.#makeContext(certificate, ticketKeys);
    this.#contexts.set(certificate, context);
    return context;
  }

  #makeContext(certificate: TlsCertificate, ticketKeys: Buffer): SecureContext {
    const { ciphers, minVersion, maxVersion, sessionTickets, sessionTimeout } = this.#settings;
    const { authorities, revocationLists } = this.clients;
    try {
      return createSecureContext({
        ...certificate.contextOptions,
        // Given even if empty: Node would trust all of the web's authorities, and load them first.
        ca: [...authorities],
        ...(revocationLists.length > 0 && { crl: [...revocationLists] }),
        ciphers,
        ecdhCurve: keyExchangeGroups(),
        minVersion,
        maxVersion,
        secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (sessionTickets ? 0 : constants.SSL_OP_NO_TICKET),
        ticketKeys,
        sessionTimeout: Math.ceil(sessionTimeout / 1000),
        sessionIdContext: this.#sessionIdContext(certificate),
      });
    } catch (cause) {
      const isWeak = isWeakness(cause as NodeJS.ErrnoException);
      throw new TlsError(isWeak ? 'TLS_CERTIFICATE_WEAK' : 'TLS_OPTION_REFUSED', certificate.name, { cause });
    }
  }

  /**
   * A session is resumed where certificate and rules are those that it began with: neither does a client get around the
   * rules of another name, nor does it go on with a certificate that was replaced. At most 32 bytes.
   *
   * Source: RFC 8446 section 4.6.1; nginx has had this hole as CVE-2025-23419
   */
  #sessionIdContext(certificate: TlsCertificate): string {
    const hash = createHash('sha256').update(certificate.leaf.raw).update(this.clients.fingerprint);
    return hash.digest('base64url').slice(0, 32);
  }
}
