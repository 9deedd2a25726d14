import {
  type Connection,
  type OptionRules,
  checkAboveZero,
  longestTimer,
  resolveOptions,
  shownValue,
} from '@windhover/connections';
import type { TlsCertificate } from './certificates/load-certificate.ts';
import type { CertificateSource } from './certificates/certificate-source.ts';
import { checkSource, isFileOrBytes, sourceInstead, sourceKinds } from './certificates/source-options.ts';
import type { ClientCertificateOptions } from './names/client-certificates.ts';
import type { TlsError } from './errors.ts';
import { SessionTicketKeys } from './names/session-ticket-keys.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Options that may differ by name. Missing options have the value of `useHttps`. */
export interface NameOptions extends CertificateSource {
  readonly clientCertificate?: ClientCertificateOptions | undefined;
  /** ALPN names, the preferred one first. Default: the names of the endpoint. */
  readonly applicationProtocols?: readonly string[] | undefined;
  readonly minVersion?: TlsVersion | undefined;
  readonly maxVersion?: TlsVersion | undefined;
}

/** Options that have a default. */
export interface HttpsSettings {
  readonly clientCertificate: ClientCertificateOptions;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** Names of OpenSSL for TLS 1.2 and 1.3, separated by colons. */
  readonly ciphers: string;
  /**
   * Whether a client without a name, or with a name that is not in `names`, gets the default certificate or is refused.
   */
  readonly unknownName: 'default' | 'refuse';
  /** Whether clients get tickets to resume their session. */
  readonly sessionTickets: boolean;
  /** Milliseconds for which a session may be resumed, up to 7 days. */
  readonly sessionTimeout: number;
  /** Milliseconds from the connection to the end of the handshake; `Infinity` for no limit. */
  readonly handshakeTimeout: number;
  /**
   * Maximum number of concurrent handshakes on one endpoint, counted from the complete ClientHello. Above it, the
   * handshake that has waited longest for its client is closed, among those of the address with the most. `Infinity`
   * for no limit.
   */
  readonly maxConcurrentHandshakes: number;
  /**
   * Maximum number of concurrent handshakes of one address: an IPv4 address, or the /64 network of an IPv6 address.
   * `Infinity` for no limit.
   */
  readonly maxConcurrentHandshakesPerAddress: number;
  /**
   * Handling of a client that sends HTTP without TLS. `refuse` answers 400, `redirect` answers 307 with the same
   * address as `https`, `serve` passes on the connection without TLS, so that one port serves both.
   */
  readonly plainHttp: 'refuse' | 'redirect' | 'serve';
  /** Milliseconds between checks of the files, at most 2,147,483,647; `Infinity` for no checks. */
  readonly reloadInterval: number;
}

/**
 * Options of `useHttps`.
 *
 * Source: Kestrel `HttpsConnectionAdapterOptions`, `SniConfig`
 */
export interface HttpsOptions extends NameOptions, Partial<HttpsSettings> {
  readonly clientCertificate?: ClientCertificateOptions;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  /**
   * Options by the name that the client requests (SNI): `example.com`, `*.example.com` for all names below it, `*` for
   * all others.
   */
  readonly names?: Readonly<Record<string, NameOptions>> | undefined;
  /**
   * Chooses the certificate of one connection and overrides `names`; if it returns `undefined`, `names` applies. Load
   * the certificates once with `loadCertificate`, not for each connection.
   */
  readonly selectCertificate?:
    | ((
        serverName: string | undefined,
        connection: Connection,
      ) => TlsCertificate | undefined | Promise<TlsCertificate | undefined>)
    | undefined;
  /**
   * Keys of session tickets, to share with other processes. By default the endpoints of one `useHttps` share random
   * keys.
   */
  readonly sessionTicketKeys?: SessionTicketKeys | undefined;
  /** Called for each connection whose handshake failed. The client receives only the TLS alert. */
  readonly onHandshakeFailed?: ((error: TlsError, connection: Connection) => void) | undefined;
}

export type ResolvedHttpsOptions = HttpsOptions & HttpsSettings;

/**
 * TLS 1.3 suites, then TLS 1.2 suites with forward secrecy and authenticated encryption. All are equally strong, so the
 * client's order is used: the client knows whether it has AES in hardware.
 *
 * Source: RFC 9325 section 4.2, RFC 8446 section 9.1
 */
const defaultCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

export const httpsDefaults: HttpsSettings = {
  clientCertificate: { mode: 'none' }, // as Kestrel `ClientCertificateMode`
  minVersion: 'TLSv1.2', // RFC 8996
  maxVersion: 'TLSv1.3',
  ciphers: defaultCiphers,
  unknownName: 'default',
  sessionTickets: true,
  sessionTimeout: 60 * 60 * 1000, // ms
  handshakeTimeout: 10_000, // ms; as Kestrel `HandshakeTimeout`
  maxConcurrentHandshakes: 1000,
  maxConcurrentHandshakesPerAddress: 500,
  plainHttp: 'refuse',
  reloadInterval: 5000, // ms
};

const positiveOptions = [
  'handshakeTimeout',
  'maxConcurrentHandshakes',
  'maxConcurrentHandshakesPerAddress',
  'reloadInterval',
  'sessionTimeout',
] as const;

const week = 7 * 24 * 60 * 60 * 1000;

/** Options of `node:tls` and `node:https`, with what to use for their purpose. */
const instead = {
  ...sourceInstead,
  ca: 'clientCertificate.authorities for the certificates of clients, or chain for those of the server',
  crl: 'clientCertificate.revocationLists',
  requestCert: 'clientCertificate with the mode "allow" or "require"',
  rejectUnauthorized: 'clientCertificate with the mode "require", or "allow" and validate',
  checkServerIdentity: 'clientCertificate.validate',
  pskCallback: 'clientCertificate',
  ALPNProtocols: 'applicationProtocols',
  ALPNCallback: 'applicationProtocols',
  SNICallback: 'names or selectCertificate',
  servername: 'names',
  sni: 'names',
  secureContext: 'certificate and key, or selectCertificate',
  secureProtocol: 'minVersion and maxVersion',
  secureOptions: 'minVersion and ciphers',
  ticketKeys: 'sessionTicketKeys',
} as const;

const nameKinds = {
  ...sourceKinds,
  clientCertificate: 'object',
  applicationProtocols: 'strings',
  minVersion: ['choice', 'TLSv1.2', 'TLSv1.3'],
  maxVersion: ['choice', 'TLSv1.2', 'TLSv1.3'],
} as const satisfies OptionRules<keyof NameOptions>['kinds'];

const nameRules = { kinds: nameKinds, instead } satisfies OptionRules;

const rules = {
  kinds: {
    ...nameKinds,
    names: 'object',
    selectCertificate: 'function',
    sessionTicketKeys: 'object',
    onHandshakeFailed: 'function',
    unknownName: ['choice', 'default', 'refuse'],
    plainHttp: ['choice', 'refuse', 'redirect', 'serve'],
  },
  instead,
} as const satisfies OptionRules;

const clientRules = {
  kinds: {
    mode: ['choice', 'none', 'allow', 'require'],
    authorities: 'any',
    revocationLists: 'any',
    validate: 'function',
  },
  required: ['mode'],
  instead: { ca: 'authorities', crl: 'revocationLists', requestCert: 'mode', rejectUnauthorized: 'mode' },
} as const satisfies OptionRules;

/** The options of `useHttps`. */
export const httpsOptionNames = Object.keys({ ...rules.kinds, ...httpsDefaults }) as readonly (keyof HttpsOptions)[];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError for an unknown option, and for a value of a wrong type
 * @throws RangeError if an option is out of its range
 */
export const resolveHttpsOptions = (given: HttpsOptions): ResolvedHttpsOptions => {
  if (given === undefined || given instanceof Uint8Array) throw notOptions(given);
  const options: ResolvedHttpsOptions = resolveOptions('useHttps', httpsDefaults, given, rules);
  checkSource('useHttps', options);
  checkClientCertificate('useHttps', options.clientCertificate);
  if (options.sessionTicketKeys !== undefined && !(options.sessionTicketKeys instanceof SessionTicketKeys)) {
    throw new TypeError(
      'useHttps: sessionTicketKeys must be a `new SessionTicketKeys({ keys })`; received another object.',
    );
  }
  for (const name of positiveOptions) checkAboveZero(name, options[name]);
  if (options.sessionTimeout > week)
    throw new RangeError(`sessionTimeout must be at most ${week} ms (7 days); received ${options.sessionTimeout}.`);
  checkReloadInterval(options.reloadInterval);
  checkVersions('useHttps', options);
  for (const [name, own] of Object.entries(options.names ?? {})) checkName(name, own, options);
  return options;
};

const notOptions = (given: unknown): TypeError =>
  new TypeError(
    `useHttps needs the path of a PFX file, or options such as { certificate, key } or { pfx }; received ${given === undefined ? 'undefined' : 'bytes'}.`,
  );

const checkName = (name: string, own: NameOptions, { minVersion, maxVersion }: ResolvedHttpsOptions): void => {
  const owner = `useHttps: names[${JSON.stringify(name)}]`;
  const { clientCertificate, ...options } = resolveOptions(owner, { minVersion, maxVersion }, own, nameRules);
  checkSource(owner, options);
  if (clientCertificate !== undefined) checkClientCertificate(owner, clientCertificate);
  checkVersions(owner, options);
};

const checkClientCertificate = (owner: string, given: ClientCertificateOptions): void => {
  const name = `${owner}: clientCertificate`;
  const { authorities, revocationLists } = resolveOptions(name, {}, given, clientRules);
  checkFiles(`${name}: authorities`, authorities);
  checkFiles(`${name}: revocationLists`, revocationLists);
};

const checkFiles = (name: string, given: unknown): void => {
  const wrong = [given].flat().find((one) => !isFileOrBytes(one));
  if (wrong === undefined) return;
  throw new TypeError(`${name} must be paths, PEM text or bytes; received ${shownValue(wrong)}.`);
};

const checkVersions = (
  owner: string,
  { minVersion, maxVersion }: Pick<HttpsSettings, 'minVersion' | 'maxVersion'>,
): void => {
  if (minVersion <= maxVersion) return;
  throw new RangeError(`${owner}: minVersion must not be above maxVersion; received ${minVersion} and ${maxVersion}.`);
};

/** A timer with a longer interval would call back every millisecond. */
const checkReloadInterval = (interval: number): void => {
  if (interval <= longestTimer || interval === Number.POSITIVE_INFINITY) return;
  throw new RangeError(`reloadInterval must be at most ${longestTimer} ms, or Infinity; received ${interval}.`);
};
