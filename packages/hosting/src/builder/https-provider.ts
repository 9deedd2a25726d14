import type { UseHttps } from '@windhover/connections';
import type { CertificatePlan, HttpsPlan } from '../settings/index.ts';

/** TLS settings of an endpoint with its certificate, as `useHttps` of `@windhover/tls` takes them. */
export type EndpointHttpsSettings = Omit<HttpsPlan, 'defaultCertificate'>;

/** Where a host gets TLS from. It is called when an endpoint needs TLS, so that hosts without one load none. */
export interface HttpsProvider {
  /** Makes a function that adds TLS. */
  useHttps(settings: EndpointHttpsSettings): UseHttps;
  /**
   * Adds TLS settings of one endpoint to a function that the program has made, e.g. with `useHttps('shop.pfx')`.
   *
   * @returns `undefined` where the function cannot be taken apart
   */
  extend?(program: UseHttps, settings: EndpointHttpsSettings): UseHttps | undefined;
  /**
   * The certificate for endpoints that have no other.
   *
   * @throws ServerError `SERVER_TLS_NOT_CONFIGURED` there is none, and how to make one
   */
  developmentCertificate?(): CertificatePlan;
  /** Takes the 48 bytes with which all processes of the application seal session tickets; called again when they change. */
  shareTicketKeys?(keys: Uint8Array): void;
}
