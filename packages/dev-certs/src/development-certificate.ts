import { checkDevelopmentCertificate } from './check-development-certificate.ts';
import type { DevCertsOptions } from './options.ts';

/** A certificate for `https` on this machine, and its authority. */
export interface DevelopmentCertificate {
  /** PEM, without the authority. For the option `cert` of `node:tls`. */
  readonly certificate: string;
  /** PEM, PKCS #8, not encrypted. For the option `key` of `node:tls`. */
  readonly key: string;
  /** The file that holds certificate and key. It is replaced as a whole when the certificate is renewed. */
  readonly path: string;
  /** The file with the certificate of the authority (PEM), which clients have to trust. */
  readonly authorityPath: string;
  /** The common name of the authority. Each authority has a different one. */
  readonly authorityName: string;
  /** Host names and IP addresses. */
  readonly names: readonly string[];
  readonly validFrom: Date;
  readonly validTo: Date;
}

/**
 * The development certificate of this user, for hosts with an `https` address and no certificate. It is synchronous and
 * cheap enough to be called when a server starts.
 *
 * @returns `undefined` when there is none that can be used; `checkDevelopmentCertificate` returns the reasons
 * Source: Kestrel `KestrelServerOptions.DefaultCertificate`
 */
export const developmentCertificate = (options?: DevCertsOptions): DevelopmentCertificate | undefined =>
  checkDevelopmentCertificate(options).certificate;
