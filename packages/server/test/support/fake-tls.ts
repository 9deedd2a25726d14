import { type ConnectionMiddleware, TlsHandshakeFeature } from '@windhover/connections';

/** Middleware that claims a handshake and leaves the bytes as they are. @param applicationProtocol what ALPN has chosen */
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
