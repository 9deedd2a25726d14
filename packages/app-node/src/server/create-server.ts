import type { Connection } from '@windhover/connections';
import { type HttpsOptions, httpsOptionNames, useHttps } from '@windhover/tls';
import { NodeHandlerError } from '../errors.ts';
import { SocketFacade } from '../socket/socket-facade.ts';
import { NodeServer, type RequestListener } from './node-server.ts';
import { causeOf } from './open-connections.ts';
import { SecureNodeServer } from './secure-node-server.ts';
import type { NodeServerOptions } from './server-settings.ts';

type Arguments<O> = [listener?: RequestListener] | [options: O, listener?: RequestListener];

/** Creates a server for `(req, res)` handlers, same as `http.createServer`. */
export const createServer = (...given: Arguments<NodeServerOptions>): NodeServer => new NodeServer(...given);

/** Certificates as for `https.createServer`, as PEM text or bytes, or as files: see `HttpsOptions`. */
export interface SecureServerOptions extends NodeServerOptions, Omit<HttpsOptions, 'key'> {
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** Password of the key or the PFX. */
  readonly passphrase?: string | undefined;
  /** Requires a client certificate that `ca` has issued. Default false. */
  readonly requestCert?: boolean | undefined;
  /** Authorities of client certificates, in PEM. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** Lists of revoked client certificates, in PEM. */
  readonly crl?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
}

/**
 * Creates a server with TLS, same as `https.createServer`: an instance of `https.Server`. A failed handshake emits `tlsClientError` and `clientError`.
 *
 * @throws NodeHandlerError `APP_NODE_TLS_OPTION_REFUSED`; TypeError and RangeError for an invalid option
 */
export const createSecureServer = (...given: Arguments<SecureServerOptions>): NodeServer => {
  const [first, second] = given;
  const options: SecureServerOptions = typeof first === 'function' ? {} : (first ?? {});
  checkTlsOptions(options);
  const onHandshakeFailed: HttpsOptions['onHandshakeFailed'] = (error, connection) => {
    options.onHandshakeFailed?.(error, connection);
    emitHandshakeFailed(server, error, connection);
  };
  const https = useHttps({ ...httpsOptions(options), onHandshakeFailed });
  const server = new SecureNodeServer(options, typeof first === 'function' ? first : second, https);
  return server;
};

/** Options of `https.createServer` that cannot be ignored safely, with the option of `useHttps` for their purpose. */
const refusedTlsOptions = {
  SNICallback: 'names or selectCertificate',
  pskCallback: 'clientCertificate',
  secureProtocol: 'minVersion and maxVersion',
  secureOptions: 'minVersion and ciphers',
} as const;

const checkTlsOptions = (options: SecureServerOptions): void => {
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, instead] of Object.entries(refusedTlsOptions)) {
    if (given[name] !== undefined) throw tlsOptionRefused(name, instead);
  }
  if (options.requestCert === true && given['rejectUnauthorized'] === false) {
    throw tlsOptionRefused('rejectUnauthorized: false', 'clientCertificate with the mode "allow" and validate');
  }
};

const tlsOptionRefused = (name: string, instead: string): NodeHandlerError =>
  new NodeHandlerError('APP_NODE_TLS_OPTION_REFUSED', `received ${name}; use ${instead}`);

/** Options of `useHttps`. The others are options of the server, or options that `node:https` would use or ignore. */
const httpsOptions = (options: SecureServerOptions): HttpsOptions => {
  const { cert, key, passphrase, requestCert, ca, crl } = options;
  const known = new Set<string>(httpsOptionNames);
  return {
    ...Object.fromEntries(Object.entries(options).filter(([name]) => known.has(name))),
    ...(cert === undefined ? {} : { certificate: bytesOf(cert) }),
    ...(key === undefined ? {} : { key: bytesOf(key) }),
    ...(passphrase === undefined ? {} : { password: passphrase }),
    ...(requestCert === true ? { clientCertificate: { mode: 'require', authorities: ca, revocationLists: crl } } : {}),
  };
};

/** Text is PEM here, but a path for `useHttps`. */
const bytesOf = (pem: string | Uint8Array): Uint8Array => (typeof pem === 'string' ? Buffer.from(pem) : pem);

/** Source: Node.js `https.js`, the listener for `tlsClientError` */
const emitHandshakeFailed = (server: NodeServer, error: Error, connection: Connection): void => {
  const socket = new SocketFacade(connection.features, connection, server);
  for (const event of ['clientError', 'tlsClientError']) server.emit(event, causeOf(error), socket);
};
