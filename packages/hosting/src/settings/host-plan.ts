import type { BindingTarget } from '@windhover/addresses';
import type { SocketOptions } from '@windhover/connections';
import type { EndpointLimitOptions, ServerLimits } from '@windhover/server';
import type { LogLevels } from '../logging/log-filter.ts';

/** Files of a certificate, in the form of `CertificateSource` of `@windhover/tls`. Absolute paths. */
export interface CertificatePlan {
  readonly pfx?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly password?: string;
}

/** TLS of an endpoint, or of one server name, in the form of `HttpsOptions` and `NameOptions` of `@windhover/tls`. */
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

/** TLS of an endpoint. It has a certificate only if the settings of the endpoint name one. */
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

/** Plan of one endpoint. */
export interface EndpointPlan {
  /** The name in the settings; for `urls` and ports, the address. */
  readonly name: string;
  /** The address as written in the settings. */
  readonly url: string;
  readonly target: BindingTarget;
  /** ALPN names in order of preference; `undefined` for all protocols of the server. */
  readonly protocols: readonly string[] | undefined;
  /** `undefined` for plain http. */
  readonly https: HttpsPlan | undefined;
  readonly limits: EndpointLimitOptions;
  readonly socket: SocketOptions;
}

/** `server.endpointDefaults`, with the default certificate. */
export interface EndpointDefaultsPlan {
  /** ALPN names in order of preference; `undefined` for all protocols of the server. */
  readonly protocols: readonly string[] | undefined;
  readonly https: HttpsPlan;
}

/** The plan of a host: all settings as plain data that can be compared. */
export interface HostPlan {
  readonly environment: string;
  /** Absolute path. */
  readonly contentRoot: string;
  /** Milliseconds, or `Infinity`. */
  readonly shutdownTimeout: number;
  /** Milliseconds. */
  readonly drainDelay: number;
  readonly threads: number | 'auto';
  readonly logging: LogLevels & { readonly format: 'auto' | 'text' | 'json' };
  /** Host names that are served; `*` for all. */
  readonly allowedHosts: readonly string[];
  readonly limits: ServerLimits;
  readonly serverHeader: string | null;
  readonly dateHeader: boolean;
  readonly rejectedConnections: 'close' | 'answer';
  /** Endpoints of the settings; empty if no setting says where to listen. */
  readonly endpoints: readonly EndpointPlan[];
  /** Whether the endpoints are addresses (`urls` or ports), which override the addresses of `useUrls` without a warning. */
  readonly hasAddresses: boolean;
  /** Defaults for endpoints added in code; the default certificate also applies to https addresses. */
  readonly endpointDefaults: EndpointDefaultsPlan;
  /** Whether endpoints added in code are ignored, because addresses are preferred. */
  readonly ignoresCodeEndpoints: boolean;
  /** Warnings about settings that are ignored, one sentence each. */
  readonly warnings: readonly string[];
}
