import { type HttpsOptions, useHttps } from '@windhover/tls';
import { NodeServer, type RequestListener } from './node-server.ts';
import type { NodeServerOptions } from './server-settings.ts';

type Arguments<O> = [listener?: RequestListener] | [options: O, listener?: RequestListener];

/** A server for `(req, res)` handlers, as `http.createServer` makes one. */
export const createServer = (...given: Arguments<NodeServerOptions>): NodeServer => new NodeServer(...given);

/** Certificates as `https.createServer` takes them, as PEM text or bytes, or as files: see `HttpsOptions`. */
export interface SecureServerOptions extends NodeServerOptions, Omit<HttpsOptions, 'key'> {
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
}

/**
 * The same over TLS, as `https.createServer` makes one.
 *
 * @throws TlsError an option is wrong
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

/** Text is PEM here; for `useHttps` it is the path of a file. */
const bytesOf = (pem: string | Uint8Array): Uint8Array => (typeof pem === 'string' ? Buffer.from(pem) : pem);
