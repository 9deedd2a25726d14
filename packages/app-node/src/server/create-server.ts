import { type HttpsOptions, useHttps } from '@windhover/tls';
import { NodeServer, type RequestListener } from './node-server.ts';
import type { NodeServerOptions } from './server-settings.ts';

type Arguments<O> = [listener?: RequestListener] | [options: O, listener?: RequestListener];

/** Creates a server for `(req, res)` handlers, same as `http.createServer`. */
export const createServer = (...given: Arguments<NodeServerOptions>): NodeServer => new NodeServer(...given);

/** Certificates as for `https.createServer`, as PEM text or bytes, or as files: see `HttpsOptions`. */
export interface SecureServerOptions extends NodeServerOptions, Omit<HttpsOptions, 'key'> {
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
}

/**
 * Creates a server with TLS, same as `https.createServer`.
 *
 * @throws TlsError for an invalid option
 */
export const createSecureServer = (...given: Arguments<SecureServerOptions>): NodeServer => {
  const [first, second] = given;
  const { cert, key, ...options }: SecureServerOptions = typeof first === 'function' ? {} : (first ?? {});
  const listener = typeof first === 'function' ? first : second;
  const https: HttpsOptions = {
    ...options,
    ...(cert === undefined ? {} : { certificate: bytesOf(cert) }),
    ...(key === undefined ? {} : { key: bytesOf(key) }),
  };
  return new NodeServer(options, listener, useHttps(https));
};

/** Text is PEM here, but a path for `useHttps`. */
const bytesOf = (pem: string | Uint8Array): Uint8Array => (typeof pem === 'string' ? Buffer.from(pem) : pem);
