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
