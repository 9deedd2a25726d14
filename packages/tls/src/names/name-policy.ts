import type { Buffer } from 'node:buffer';
import { constants, createHash } from 'node:crypto';
import { type SecureContext, createSecureContext } from 'node:tls';
import { type TlsCertificate, isWeakness } from '../certificates/load-certificate.ts';
import type { ClientRules } from './client-rules.ts';
import { TlsError } from '../errors.ts';
import type { HttpsSettings, NameOptions } from '../options.ts';
import type { SessionTicketKeys } from './session-ticket-keys.ts';

/** The settings of an endpoint that a context depends on. */
export type ContextSettings = Pick<
  HttpsSettings,
  'ciphers' | 'minVersion' | 'maxVersion' | 'sessionTickets' | 'sessionTimeout'
>;

const classic = 'X25519:prime256v1:secp384r1:secp521r1';

/** Groups with at least 128 bits of security, and the post-quantum hybrid. RFC 8446 section 7.4 */
const withHybrid = `X25519MLKEM768:${classic}`;

let supported: string | undefined;

/** The groups that this OpenSSL supports; the hybrid requires 3.5. */
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

/** Handshake settings of one name, without the certificate. */
export class NamePolicy {
  readonly clients: ClientRules;
  /** ALPN names for this server name; `undefined` for the endpoint's. */
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
   * The OpenSSL context for connections with this certificate. Cached until the ticket keys change.
   *
   * @param now milliseconds of a monotonic clock; `undefined` before the first connection
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

  /**
   * Checks the options without a certificate, if only `selectCertificate` provides certificates.
   *
   * @throws TlsError `TLS_OPTION_REFUSED`
   */
  check(): void {
    this.#makeContext(undefined, this.#ticketKeys.current());
  }

  #makeContext(certificate: TlsCertificate | undefined, ticketKeys: Buffer): SecureContext {
    const { ciphers, minVersion, maxVersion, sessionTickets, sessionTimeout } = this.#settings;
    const { authorities, revocationLists } = this.clients;
    try {
      return createSecureContext({
        ...certificate?.contextOptions,
        // Always set: by default Node.js loads and trusts all public authorities.
        ca: [...authorities],
        ...(revocationLists.length > 0 && { crl: [...revocationLists] }),
        ciphers,
        ecdhCurve: keyExchangeGroups(),
        minVersion,
        maxVersion,
        secureOptions: constants.SSL_OP_NO_RENEGOTIATION | (sessionTickets ? 0 : constants.SSL_OP_NO_TICKET),
        ticketKeys,
        sessionTimeout: Math.ceil(sessionTimeout / 1000),
        ...(certificate && { sessionIdContext: this.#sessionIdContext(certificate) }),
      });
    } catch (cause) {
      const isWeak = isWeakness(cause as NodeJS.ErrnoException);
      throw new TlsError(isWeak ? 'TLS_CERTIFICATE_WEAK' : 'TLS_OPTION_REFUSED', certificate?.name, { cause });
    }
  }

  /**
   * Session id context, at most 32 bytes. A session is resumed only with the certificate and rules with which it began,
   * so a client cannot bypass the rules of one name with a session of another, and a replaced certificate is no longer
   * used.
   *
   * Source: RFC 8446 section 4.6.1; nginx CVE-2025-23419
   */
  #sessionIdContext(certificate: TlsCertificate): string {
    const hash = createHash('sha256').update(certificate.leaf.raw).update(this.clients.fingerprint);
    return hash.digest('base64url').slice(0, 32);
  }
}
