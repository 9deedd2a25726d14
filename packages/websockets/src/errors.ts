interface ErrorSpec {
  /** The status of the response; absent when the request is not at fault. */
  readonly status?: number;
  /** Fields of the response that tell the client what to send instead. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly source: string;
  readonly message: string;
}

const upgradeToWebSocket = [
  ['connection', 'Upgrade'],
  ['upgrade', 'websocket'],
] as const;

/** Every code of a `WebSocketError`: the status that refuses the handshake, the source of the rule, and the message. */
export const webSocketErrors = {
  WEBSOCKET_NOT_REQUESTED: {
    status: 426,
    fields: upgradeToWebSocket,
    source: 'RFC 6455 4.2.1',
    message: 'the request does not ask for a WebSocket',
  },
  WEBSOCKET_METHOD_NOT_ALLOWED: {
    status: 405,
    fields: [['allow', 'GET']],
    source: 'RFC 6455 4.1',
    message: 'a request for a WebSocket must use the method GET',
  },
  WEBSOCKET_UPGRADE_INCOMPLETE: {
    status: 400,
    source: 'RFC 6455 4.2.1',
    message:
      'a request for a WebSocket must use HTTP/1.1 with Connection: Upgrade and no content; check whether a proxy drops the field',
  },
  WEBSOCKET_VERSION_NOT_SUPPORTED: {
    status: 426,
    fields: [...upgradeToWebSocket, ['sec-websocket-version', '13']],
    source: 'RFC 6455 4.2.2',
    message: 'the version of the WebSocket protocol must be 13',
  },
  WEBSOCKET_KEY_INVALID: {
    status: 400,
    source: 'RFC 6455 4.2.1',
    message: 'Sec-WebSocket-Key must occur once, with 16 bytes in base64',
  },
  WEBSOCKET_PROTOCOLS_INVALID: {
    status: 400,
    source: 'RFC 6455 4.2.1',
    message: 'Sec-WebSocket-Protocol must be a list of different tokens',
  },
  WEBSOCKET_EXTENSIONS_INVALID: {
    status: 400,
    source: 'RFC 6455 9.1, RFC 7692 7',
    message: 'Sec-WebSocket-Extensions is malformed, or asks for parameters that are not supported',
  },
  WEBSOCKET_ORIGIN_NOT_ALLOWED: {
    status: 403,
    source: 'RFC 6455 10.2, origins',
    message: 'pages of this origin may not open a WebSocket here',
  },
  WEBSOCKET_LIMIT_REACHED: {
    status: 503,
    source: 'maxConcurrentUpgradedConnections',
    message: 'the server has reached its limit of upgraded connections',
  },
  WEBSOCKET_PROTOCOL_NOT_OFFERED: {
    source: 'RFC 6455 4.2.2',
    message: 'the accepted subprotocol must be one that the request offers',
  },
  WEBSOCKET_OPTION_INVALID: { source: 'options', message: 'an option is out of its range' },
  WEBSOCKET_CLOSED: {
    source: 'RFC 6455 7.1.4',
    message: 'the WebSocket is closed or closing, so the message was not sent',
  },
  WEBSOCKET_MESSAGES_TAKEN: {
    source: 'messages',
    message: 'the messages of this WebSocket are already being read; call messages() or handleEvents() once',
  },
} as const satisfies Record<`WEBSOCKET_${string}`, ErrorSpec>;

export type WebSocketErrorCode = keyof typeof webSocketErrors;

/** A refused handshake, or a call that is not possible on a WebSocket. Branch on `code`. */
export class WebSocketError extends Error {
  override readonly name = 'WebSocketError';
  readonly code: WebSocketErrorCode;

  constructor(code: WebSocketErrorCode, detail?: string, options?: ErrorOptions) {
    const { message } = webSocketErrors[code];
    super(detail === undefined ? message : `${message}: ${detail}`, options);
    this.code = code;
  }

  get #spec(): ErrorSpec {
    return webSocketErrors[this.code];
  }

  /** The status of the response that refuses the request; `undefined` when the request is not at fault. */
  get status(): number | undefined {
    return this.#spec.status;
  }

  /** Fields of the response that refuses the request. */
  get fields(): readonly (readonly [name: string, value: string])[] {
    return this.#spec.fields ?? [];
  }
}
