import type { ConnectionMiddleware } from './connection.ts';

/**
 * Adds TLS to an endpoint, e.g. the function that `useHttps('testCert.pfx', 'testPassword')` of `@windhover/tls` returns.
 *
 * Source: Kestrel `ListenOptionsHttpsExtensions.UseHttps`
 */
export type UseHttps = (endpoint: ConnectionBuilder) => void;

/**
 * An endpoint before it is bound, as connection middleware sees it: where it adds itself, and what it may want to know.
 * Whatever configures one is a function of it, e.g. `listen(endpoint, useHttps(…))`.
 *
 * Source: Kestrel `IConnectionBuilder`, `ListenOptions`
 */
export interface ConnectionBuilder {
  /** For messages and logs, e.g. `localhost:5000`. */
  readonly name: string;
  /**
   * ALPN names of the protocols that are spoken here, the preferred one first. Whoever configures the endpoint later
   * may still change it: read it when the middleware is folded, which is once, before the endpoint is bound.
   */
  readonly applicationProtocols: readonly string[];
  /** Whether TLS has been added. */
  readonly isTls: boolean;
  /** Adds connection middleware; the first one added sees a connection first. */
  use(middleware: ConnectionMiddleware): this;
  /** Adds middleware that encrypts: the address is published as `https` then. */
  useTls(middleware: ConnectionMiddleware): this;
  /** Adds work that is done before the endpoint is bound, e.g. reading a certificate. When it fails, so does the start. */
  prepare(work: () => Promise<void>): this;
  /** Keeps something for as long as there are connections of this endpoint, e.g. a watched file. Disposed after that, once. */
  own(resource: Disposable | AsyncDisposable): this;
  /** Something that a person should look at, e.g. a certificate that has expired. */
  warn(message: string): void;
}
