export { TestServerError, type TestServerErrorCode, testServerErrors } from './errors.ts';
export type { FetchOptions } from './fetch-options.ts';
export type { TestClock } from './test-clock.ts';
export type { TestConnection } from './test-connection.ts';
export type { TestLogEntry } from './test-log.ts';
export type { ConnectOptions } from './test-network.ts';
export { TestServer, type TestServerOptions, type WebSocketOptions } from './test-server.ts';
export type { TestWebSocket, WebSocketClose } from './test-web-socket.ts';
