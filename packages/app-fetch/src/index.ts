export { FetchError, type FetchErrorCode, fetchErrors } from './errors.ts';
export { FetchContext } from './fetch-context.ts';
export {
  type FetchFunction,
  type FetchHandler,
  type FetchHandlerOptions,
  type FetchObject,
  fetchHandler,
} from './fetch-handler.ts';
export type { RequestKind } from './request/create-request.ts';
export { platformRequest } from './request/lazy-request.ts';
export { FastResponse, installFastResponse } from './response/fast-response.ts';
export { type FetchServerHandler, protocolMarker } from './fetch-server/fetch-server.ts';
export {
  ConnectContext,
  type RequestPriority,
  ServerContext,
  type SocketAddress,
  fallThrough,
} from './fetch-server/server-context.ts';
export { Tunnel } from './fetch-server/tunnel.ts';
