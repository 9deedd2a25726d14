import type { UseHttps } from '@windhover/connections';
import type { CertificatePlan, HttpsPlan } from '../settings/index.ts';

/** TLS settings and certificate of an endpoint, in the form that `useHttps` of `@windhover/tls` takes. */
export type EndpointHttpsSettings = Omit<HttpsPlan, 'defaultCertificate'>;

/** Provides TLS to a host. It is called when an endpoint needs TLS, so that hosts without TLS do not load it. */
export interface HttpsProvider {
  /** Creates a function that adds TLS to an endpoint. */
  useHttps(settings: EndpointHttpsSettings): UseHttps;
  /**
   * Adds the TLS settings of one endpoint to a function created by code, e.g. with `useHttps('shop.pfx')`. A setting
   * overrides its own option only; a certificate in the settings replaces the certificate and key of the function.
   *
   * @returns `undefined` if the function does not expose its options
   */
  extend?(program: UseHttps, settings: EndpointHttpsSettings): UseHttps | undefined;
  /**
   * The certificate for endpoints without another one.
   *
   * @param endpoint the name of the endpoint, for the message of the error
   * @throws ServerError `SERVER_TLS_NOT_CONFIGURED` there is none; the message says how to create one
   */
  developmentCertificate?(endpoint: string): CertificatePlan;
  /**
   * Sets the 48 bytes with which all processes of the application encrypt session tickets; called again when they
   * change.
   */
  shareTicketKeys?(keys: Uint8Array): void;
}
