import type { X509Certificate } from 'node:crypto';
import { type FeatureKey, featureKey } from '@windhover/features';

/** The identity of the peer of a TLS connection. Source: Kestrel `ITlsConnectionFeature`; RFC 8446 section 4.4.2 */
export interface TlsConnectionFeature {
  /** The client's certificate, accepted by the rules of the server; `undefined` when the server requested none or the client sent none. */
  readonly clientCertificate: X509Certificate | undefined;
}

export const TlsConnectionFeature: FeatureKey<TlsConnectionFeature> = featureKey('tls-connection');
