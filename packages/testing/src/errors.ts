/** The codes of `TestServerError`, each with the first sentence of its message. */
export const testServerErrors = {
  TESTING_CONNECTION_CLOSED: 'the connection closed before the response or the expected bytes were complete',
  TESTING_TEXT_NOT_RECEIVED: 'the server ended its side before the expected text was received',
  TESTING_WEB_SOCKET_REFUSED: 'the server did not accept the WebSocket',
  TESTING_WEB_SOCKET_CLOSED: 'the WebSocket is closed, so there is no next message',
  TESTING_CLOCK_SYSTEM: 'the server uses the clock of the system; start it without `clock: "system"` to move its time',
  TESTING_SWITCHED: 'the server switched protocols; use app.webSocket(…) or the raw bytes of app.connect()',
  TESTING_BUSY:
    'an HTTP/1.1 connection carries one fetch at a time; await the first response and its body, or open another one',
  TESTING_APPLICATION_FAILED:
    'the application failed, and no fetch received the errors; read app.errors to handle them in the test',
} as const satisfies Record<`TESTING_${string}`, string>;

export type TestServerErrorCode = keyof typeof testServerErrors;

/** The test server was used wrongly, or the server did not answer. Branch on `code`, not on the message. */
export class TestServerError extends Error {
  override readonly name = 'TestServerError';
  readonly code: TestServerErrorCode;

  constructor(code: TestServerErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? testServerErrors[code] : `${testServerErrors[code]}: ${detail}`, options);
    this.code = code;
  }
}
