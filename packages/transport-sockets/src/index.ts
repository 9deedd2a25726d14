export { AcceptError, type AcceptErrorCode, acceptErrors } from './accept-error.ts';
export type { AcceptObserver } from './accept-watch.ts';
export { type ConnectSocketOptions, connectSocket } from './connect-socket.ts';
export { listeningServer } from './listening-server.ts';
export { namedPipePath } from './named-pipe-path.ts';
export { SocketConnection, type SocketKind, type SocketOrigin } from './socket-connection.ts';
export {
  type ResolvedSocketTransportOptions,
  type SocketTransportOptions,
  socketTransportDefaults,
} from './socket-options.ts';
export { SocketTransport, sockets } from './socket-transport.ts';
export { type SystemdEndpoint, type SystemdEnvironment, systemdEndpoints } from './systemd-endpoints.ts';
export { SystemdError, type SystemdErrorCode, systemdErrors } from './systemd-error.ts';
