export { FetchError, type FetchErrorCode, fetchErrors } from './errors.ts';
export { FetchContext } from './fetch-context.ts';
export { type FetchFunction, type FetchHandler, type FetchObject, fetchHandler } from './fetch-handler.ts';
export { FastResponse, installFastResponse } from './response/fast-response.ts';
export {
  ConnectContext,
  type FetchServerHandler,
  type RequestPriority,
  ServerContext,
  type SocketAddress,
  Tunnel,
  fallThrough,
  protocolMarker,
} from './fetch-server.ts';
