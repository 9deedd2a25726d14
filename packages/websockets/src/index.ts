export { type AcceptOptions, acceptWebSocket } from './accept-web-socket.ts';
export { WebSocketError, type WebSocketErrorCode, webSocketErrors } from './errors.ts';
export { type CloseEvent, type WebSocketHandlers, handleEvents } from './events.ts';
export { messages } from './messages.ts';
export {
  type DeflateOptions,
  type ResolvedDeflateOptions,
  type ResolvedWebSocketOptions,
  type WebSocketOptions,
  deflateDefaults,
  webSocketDefaults,
} from './options.ts';
export { type Message, send } from './send.ts';
export type { WebSocket } from './web-socket.ts';
export { webSockets } from './web-sockets.ts';
