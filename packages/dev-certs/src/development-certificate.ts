import { checkDevelopmentCertificate } from './check-development-certificate.ts';
import type { DevCertsOptions } from './options.ts';

/** A certificate for `https` on this machine, and its authority. */
export interface DevelopmentCertificate {
  /** PEM, without the authority: what the `cert` of `node:tls` takes. */
  readonly certificate: string;
  /** PEM, PKCS #8, not encrypted: what the `key` of `node:tls` takes. */
  readonly key: string;
  /** The file that holds certificate and key. It is replaced as a whole when the certificate is renewed. */
  readonly path: string;
  /** The certificate of the authority (PEM): what clients have to trust. */
  readonly authorityPath: string;
  /** The common name of the authority, different for each. */
  readonly authorityName: string;
  /** Host names and IP addresses. */
  readonly names: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
}

/**
 * The development certificate of this user, for hosts with an `https` address and no certificate. Synchronous, and cheap
 * enough for a start.
 *
 * @returns `undefined` when there is none that can be used; `checkDevelopmentCertificate` says why, and what to do
 * Source: Kestrel `KestrelServerOptions.DefaultCertificate`
 */
export const developmentCertificate = (options?: DevCertsOptions): DevelopmentCertificate | undefined =>
  checkDevelopmentCertificate(options).certificate;
