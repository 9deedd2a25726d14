export { TestServerError, type TestServerErrorCode, testServerErrors } from './errors.ts';
export type { TestFetchOptions } from './test-fetch-options.ts';
export type { TestClock } from './test-clock.ts';
export type { TestConnection } from './test-connection.ts';
export type { TestLogEntry } from './test-log.ts';
export type { TestConnectOptions } from './test-network.ts';
export { TestServer, type TestServerOptions, type TestWebSocketOptions } from './test-server.ts';
export type { TestWebSocket, TestWebSocketClose } from './test-web-socket.ts';
