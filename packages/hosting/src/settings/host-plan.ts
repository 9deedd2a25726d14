import type { BindingTarget } from '@windhover/addresses';
import type { SocketOptions } from '@windhover/connections';
import type { EndpointLimits, ServerLimits } from '@windhover/server';
import type { LogLevels } from '../logging/log-filter.ts';

/** Files of a certificate, as `CertificateSource` of `@windhover/tls` has them. Absolute paths. */
export interface CertificatePlan {
  readonly pfx?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly password?: string;
}

/** TLS of an endpoint, or of one name on it, as `HttpsOptions` and `NameOptions` of `@windhover/tls` have it. */
export interface HttpsNamePlan extends CertificatePlan {
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  readonly clientCertificate?: {
    readonly mode: 'none' | 'allow' | 'require';
    readonly authorities?: readonly string[];
  };
  /** ALPN names of one server name. */
  readonly applicationProtocols?: readonly string[];
}

/** TLS of an endpoint. It has no certificate unless the settings of the endpoint name one. */
export interface HttpsPlan extends HttpsNamePlan {
  readonly names?: Readonly<Record<string, HttpsNamePlan>>;
  /** The default certificate of the settings. */
  readonly defaultCertificate?: DefaultCertificatePlan;
}

/** `server.certificates.default`, or `server.certificates.development` where there is no default. */
interface DefaultCertificatePlan {
  readonly files: CertificatePlan;
  readonly isForDevelopment: boolean;
}

/** One endpoint to be. */
export interface EndpointPlan {
  /** That of the settings, or its address where it comes from `urls` or ports. */
  readonly name: string;
  /** As it was written. */
  readonly url: string;
  readonly target: BindingTarget;
  /** ALPN names, the preferred one first; `undefined` for all that the server has. */
  readonly protocols: readonly string[] | undefined;
  /** `undefined` for plain http. */
  readonly https: HttpsPlan | undefined;
  readonly limits: Partial<EndpointLimits>;
  readonly socket: SocketOptions;
}

/** What a host is to be: its settings, made up of plain data that can be compared. */
export interface HostPlan {
  readonly environment: string;
  /** Absolute. */
  readonly contentRoot: string;
  /** Milliseconds, or `Infinity`. */
  readonly shutdownTimeout: number;
  /** Milliseconds. */
  readonly drainDelay: number;
  readonly threads: number | 'auto';
  readonly logging: LogLevels & { readonly format: 'auto' | 'text' | 'json' };
  /** `*` for all. */
  readonly allowedHosts: readonly string[];
  readonly limits: ServerLimits;
  readonly serverHeader: string | null;
  readonly dateHeader: boolean;
  readonly rejectedConnections: 'close' | 'answer';
  /** Empty where nothing says where to listen. */
  readonly endpoints: readonly EndpointPlan[];
  /** For endpoints of the program and, with the certificate by default, for addresses with https. */
  readonly endpointDefaults: { readonly protocols: readonly string[] | undefined; readonly https: HttpsPlan };
  /** Whether endpoints of the program are not to be bound, since addresses were preferred. */
  readonly ignoresCodeEndpoints: boolean;
  /** What is set and not used, and why, each a sentence. */
  readonly warnings: readonly string[];
}
