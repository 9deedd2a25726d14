import { type ConnectionMiddleware, TlsHandshakeFeature } from '@windhover/connections';

/** Middleware that reports a handshake and leaves the bytes unchanged. @param applicationProtocol negotiated by ALPN */
export const fakeTls =
  (applicationProtocol?: string): ConnectionMiddleware =>
  (next) =>
  (connection) => {
    connection.features.set(TlsHandshakeFeature, {
      protocol: 'TLSv1.3',
      cipherSuite: 'TLS_AES_256_GCM_SHA384',
      serverName: undefined,
      applicationProtocol,
      isResumed: false,
    });
    return next(connection);
  };
