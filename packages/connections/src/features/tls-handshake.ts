import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The result of the TLS handshake. A connection without this feature is not encrypted by this server: the scheme of its
 * requests is `http`, not `https`.
 *
 * Source: Kestrel `ITlsHandshakeFeature`; RFC 8446, RFC 6066 section 3, RFC 7301
 */
export interface TlsHandshakeFeature {
  /** E.g. `TLSv1.3`. */
  readonly protocol: string;
  /** The cipher suite by its IANA name, e.g. `TLS_AES_256_GCM_SHA384`. */
  readonly cipherSuite: string;
  /** The server name that the client requested (SNI); `undefined` if it sent none. */
  readonly serverName: string | undefined;
  /** The negotiated protocol (ALPN), e.g. `http/1.1`; `undefined` if the client offered none. */
  readonly applicationProtocol: string | undefined;
  /** Whether an earlier session was resumed, without certificates being sent again. */
  readonly isResumed: boolean;
}

export const TlsHandshakeFeature: FeatureKey<TlsHandshakeFeature> = featureKey('tls-handshake');
