export { type Channels, type DiagnosticsChannel, channels } from './channels.ts';
export { eventLoopDelay } from './event-loop-delay.ts';
export type {
  ChannelName,
  CodedError,
  ConnectionClosedMessage,
  ConnectionEndingMessage,
  ConnectionMessage,
  ConnectionRejectedMessage,
  DiagnosticsMessages,
  RefusedMessage,
  ReloadMessage,
  RequestMessage,
  RequestScope,
  ServerMessage,
  WebSocketCloseMessage,
} from './messages.ts';
export { publishEnding } from './publish-ending.ts';
export { type Subscribers, subscribe } from './subscribe.ts';
