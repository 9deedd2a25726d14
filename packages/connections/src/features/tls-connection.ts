import type { X509Certificate } from 'node:crypto';
import { type FeatureKey, featureKey } from '@windhover/features';

/** Who the peer of a TLS connection is. Source: Kestrel `ITlsConnectionFeature`; RFC 8446 section 4.4.2 */
export interface TlsConnectionFeature {
  /** The client's certificate, accepted by the server's rules; `undefined` when none was asked for or sent. */
  readonly clientCertificate: X509Certificate | undefined;
}

export const TlsConnectionFeature: FeatureKey<TlsConnectionFeature> = featureKey('tls-connection');
