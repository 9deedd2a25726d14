export { acceptConnection } from './accept-connection.ts';
export {
  type ClosedObserver,
  type Connection,
  type ConnectionDelegate,
  type ConnectionMiddleware,
  type Receiver,
  buildConnectionPipeline,
} from './connection.ts';
export { ConnectionBase } from './connection-base.ts';
export { ConnectionDuplex } from './connection-duplex.ts';
export {
  type CustomEndpoint,
  type Endpoint,
  type FileHandleEndpoint,
  type IPEndpoint,
  type MemoryEndpoint,
  type NamedPipeEndpoint,
  type UnixSocketEndpoint,
  formatEndpoint,
} from './endpoint.ts';
export {
  ConnectionError,
  type ConnectionErrorCode,
  TransportError,
  type TransportErrorCode,
  connectionErrors,
  transportErrors,
} from './errors.ts';
export { fromDuplex } from './from-duplex.ts';
export { LayeredConnection } from './layered-connection.ts';
export { LayeredStreamConnection } from './layered-stream-connection.ts';
export { type LingeringCloseOptions, lingeringClose } from './lingering-close.ts';
export { longestTimer } from './longest-timer.ts';
export { ownCopy } from './own-copy.ts';
export { probePeer } from './probe-peer.ts';
export { isShuttingDown, setStreamAbove, streamAbove } from './stream-above.ts';
export { StreamConnection } from './stream-connection.ts';
export { takeStream } from './take-stream.ts';
export { toDuplex } from './to-duplex.ts';
export type { BindOptions, ConnectionListener, NamedEndpoint, SocketOptions, Transport } from './transport.ts';
export { type OptionKind, type OptionRules, resolveOptions } from './resolve-options.ts';
export { checkAboveZero } from './check-above-zero.ts';
export { receivedText } from './received-text.ts';
export { shownValue } from './shown-value.ts';
export { settledOrAborted, whenAborted } from './when-aborted.ts';
export { type WithDefaults, withDefaults } from './with-defaults.ts';
export { ConnectionEndpointFeature } from './features/connection-endpoint.ts';
export { ConnectionEndpointNameFeature } from './features/connection-endpoint-name.ts';
export { ConnectionItemsFeature } from './features/connection-items.ts';
export { ConnectionLifetimeFeature } from './features/connection-lifetime.ts';
export { ConnectionHeartbeatFeature, type HeartbeatListener } from './features/connection-heartbeat.ts';
export {
  type CloseRequestListener,
  ConnectionLifetimeNotificationFeature,
} from './features/connection-lifetime-notification.ts';
export { ConnectionSocketFeature } from './features/connection-socket.ts';
export { ConnectionTransportFeature } from './features/connection-transport.ts';
export type { ConnectionBuilder, UseHttps } from './connection-builder.ts';
export { TlsConnectionFeature } from './features/tls-connection.ts';
export { TlsHandshakeFeature } from './features/tls-handshake.ts';
