import type { ConnectionMiddleware } from './connection.ts';

/**
 * Adds TLS to an endpoint, e.g. the function that `useHttps('testCert.pfx', 'testPassword')` of `@windhover/tls` returns.
 *
 * Source: Kestrel `ListenOptionsHttpsExtensions.UseHttps`
 */
export type UseHttps = (endpoint: ConnectionBuilder) => void;

/**
 * The configuration of an endpoint before it is bound. Packages that configure endpoints return a function that takes it,
 * e.g. `listen(endpoint, useHttps(…))`.
 *
 * Source: Kestrel `IConnectionBuilder`, `ListenOptions`
 */
export interface ConnectionBuilder {
  /** For messages and logs, e.g. `localhost:5000`. */
  readonly name: string;
  /**
   * ALPN names of the protocols of the endpoint, the preferred one first. Later configuration may still change them, so
   * middleware reads them when it is folded: once, before the endpoint is bound.
   */
  readonly applicationProtocols: readonly string[];
  /** Whether TLS has been added. */
  readonly isTls: boolean;
  /**
   * Options of `useHttps` for this endpoint that the settings of a host have. `useHttps` uses those that its caller has
   * not set. Default none.
   *
   * Source: Kestrel `KestrelServerOptions.ApplyHttpsDefaults`
   */
  readonly httpsDefaults?: Readonly<Record<string, unknown>>;
  /** Adds connection middleware. The middleware that is added first receives a connection first. */
  use(middleware: ConnectionMiddleware): this;
  /** Adds middleware that encrypts. The address of the endpoint is then published as `https`. */
  useTls(middleware: ConnectionMiddleware): this;
  /** Adds work that is done before the endpoint is bound, e.g. reading a certificate. When it fails, so does the start. */
  prepare(work: () => Promise<void>): this;
  /** Adds a resource, e.g. a watched file. It is disposed of once, after the last connection of the endpoint. */
  own(resource: Disposable | AsyncDisposable): this;
  /** Reports a problem that needs attention but does not prevent the start, e.g. an expired certificate. */
  warn(message: string): void;
  /** Reports something that is expected and worth knowing, e.g. a certificate that was loaded again. */
  inform?(message: string): void;
}
