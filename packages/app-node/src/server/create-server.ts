import { type HttpsOptions, useHttps } from '@windhover/tls';
import { NodeServer, type RequestListener } from './node-server.ts';
import type { NodeServerOptions } from './server-settings.ts';

type Arguments<O> = [listener?: RequestListener] | [options: O, listener?: RequestListener];

const readArguments = <O extends object>([first, second]: Arguments<O>): [
  options: O,
  listener: RequestListener | undefined,
] => (typeof first === 'function' ? [{} as O, first] : [first ?? ({} as O), second]);

/** A server for `(req, res)` handlers, as `http.createServer` makes one. */
export const createServer = (...given: Arguments<NodeServerOptions>): NodeServer =>
  new NodeServer(...readArguments(given));

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
  const [{ cert, key, ...options }, listener] = readArguments(given);
  const https: HttpsOptions = {
    ...options,
    ...(cert === undefined ? {} : { certificate: bytesOf(cert) }),
    ...(key === undefined ? {} : { key: bytesOf(key) }),
  };
  return new NodeServer(options, listener, useHttps(https));
};

/** Text is PEM here; for `useHttps` it is the path of a file. */
const bytesOf = (pem: string | Uint8Array): Uint8Array => (typeof pem === 'string' ? Buffer.from(pem) : pem);
