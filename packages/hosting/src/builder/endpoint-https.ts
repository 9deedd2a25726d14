import type { ConnectionBuilder, UseHttps } from '@windhover/connections';
import { ServerError } from '@windhover/server';
import { HostError } from '../errors.ts';
import type { HttpsPlan } from '../settings/index.ts';
import type { EndpointHttpsSettings, HttpsProvider } from './https-provider.ts';

/** Sources of the certificates of a host. */
export interface HttpsSources {
  /** The default set in code, e.g. `server.useHttps = useHttps('shop.pfx')`. */
  readonly program: UseHttps | undefined;
  readonly provider: HttpsProvider | undefined;
  readonly environment: { readonly name: string; readonly isDevelopment: boolean };
}

/**
 * Adds TLS to the `https` endpoints of a host and selects their certificate. It does not matter whether the address
 * comes from the command line, the environment, a file or code. The first of these certificates that exists is used:
 *
 * 1. the certificate of the endpoint, with the other options that code has set for all endpoints
 * 2. the certificate that code has set for all endpoints
 * 3. the default certificate of the settings, `server.certificates`
 * 4. the certificates for single names (SNI), if the endpoint has some
 * 5. the development certificate
 *
 * Source: Kestrel `KestrelServerOptions.ApplyHttpsDefaults`, `ApplyDefaultCertificate`
 */
export class EndpointHttps {
  readonly #sources: HttpsSources;

  constructor(sources: HttpsSources) {
    this.#sources = sources;
  }

  /**
   * Adds TLS to an endpoint that does not have it yet.
   *
   * @throws ServerError `SERVER_TLS_NOT_CONFIGURED` no certificate was found, or no `HttpsProvider` that could use it
   * @throws HostError `HOSTING_HTTPS_NOT_COMBINED`
   */
  addTo(endpoint: ConnectionBuilder, { defaultCertificate, ...settings }: HttpsPlan): void {
    if (endpoint.isTls) return;
    const { program } = this.#sources;
    if (hasCertificate(settings)) this.#useOwn(endpoint, settings);
    else if (program !== undefined) this.#useProgram(endpoint, program, settings);
    else if (defaultCertificate !== undefined) {
      if (defaultCertificate.isForDevelopment) this.#warn(endpoint, 'server.certificates.development');
      this.#use(endpoint, { ...settings, ...defaultCertificate.files });
    } else if (settings.names !== undefined) this.#use(endpoint, settings);
    else this.#useDevelopmentCertificate(endpoint, settings);
  }

  /** Of a function that does not expose its options, the endpoint's certificate replaces all options. */
  #useOwn(endpoint: ConnectionBuilder, settings: EndpointHttpsSettings): void {
    const { program, provider } = this.#sources;
    const extended = program && provider?.extend?.(program, settings);
    if (extended === undefined) this.#use(endpoint, settings);
    else extended(endpoint);
  }

  #use(endpoint: ConnectionBuilder, settings: EndpointHttpsSettings): void {
    const { provider } = this.#sources;
    if (provider === undefined) throw new ServerError('SERVER_TLS_NOT_CONFIGURED', endpoint.name);
    provider.useHttps(settings)(endpoint);
  }

  #useProgram(endpoint: ConnectionBuilder, program: UseHttps, settings: EndpointHttpsSettings): void {
    if (Object.keys(settings).length === 0) return program(endpoint);
    const extended = this.#sources.provider?.extend?.(program, settings);
    if (extended === undefined) throw new HostError('HOSTING_HTTPS_NOT_COMBINED', endpoint.name);
    extended(endpoint);
  }

  #useDevelopmentCertificate(endpoint: ConnectionBuilder, settings: EndpointHttpsSettings): void {
    const certificate = this.#sources.provider?.developmentCertificate?.(endpoint.name);
    if (certificate === undefined) throw new ServerError('SERVER_TLS_NOT_CONFIGURED', endpoint.name);
    this.#warn(endpoint, 'the development certificate of this user');
    this.#use(endpoint, { ...settings, ...certificate });
  }

  #warn(endpoint: ConnectionBuilder, certificate: string): void {
    const { name, isDevelopment } = this.#sources.environment;
    if (isDevelopment) return;
    endpoint.warn(
      `serves ${certificate} in the environment ${name}, and clients on other machines do not trust it. ` +
        'Set server.certificates.default, give the endpoint a certificate, or set the environment to development',
    );
  }
}

const hasCertificate = ({ certificate, pfx }: EndpointHttpsSettings): boolean =>
  certificate !== undefined || pfx !== undefined;
