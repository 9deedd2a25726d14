interface ErrorSpec {
  /** Answers the request; absent where no request is at fault. */
  readonly status?: number;
  /** Beside the status, what tells the client how to do better. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
  readonly source: string;
  readonly message: string;
}

const upgradeToWebSocket = [
  ['connection', 'Upgrade'],
  ['upgrade', 'websocket'],
] as const;

/** Every code of a `WebSocketError`: the status that refuses the handshake, the rule, and the sentence of the message. */
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
    message: 'a WebSocket is asked for with GET',
  },
  WEBSOCKET_UPGRADE_INCOMPLETE: {
    status: 400,
    source: 'RFC 6455 4.2.1',
    message: 'the request needs HTTP/1.1, Connection: Upgrade and no content; a proxy in between may have dropped them',
  },
  WEBSOCKET_VERSION_NOT_SUPPORTED: {
    status: 426,
    fields: [...upgradeToWebSocket, ['sec-websocket-version', '13']],
    source: 'RFC 6455 4.2.2',
    message: 'the version of the WebSocket protocol has to be 13',
  },
  WEBSOCKET_KEY_INVALID: {
    status: 400,
    source: 'RFC 6455 4.2.1',
    message: 'Sec-WebSocket-Key has to be there once, with 16 bytes in base64',
  },
  WEBSOCKET_PROTOCOLS_INVALID: {
    status: 400,
    source: 'RFC 6455 4.2.1',
    message: 'Sec-WebSocket-Protocol has to be a list of different tokens',
  },
  WEBSOCKET_EXTENSIONS_INVALID: {
    status: 400,
    source: 'RFC 6455 9.1, RFC 7692 7',
    message: 'Sec-WebSocket-Extensions is malformed, or asks for what cannot be given',
  },
  WEBSOCKET_ORIGIN_NOT_ALLOWED: {
    status: 403,
    source: 'RFC 6455 10.2, origins',
    message: 'pages of this origin may not open a WebSocket here',
  },
  WEBSOCKET_LIMIT_REACHED: {
    status: 503,
    source: 'maxConcurrentUpgradedConnections',
    message: 'the server has as many upgraded connections as it allows',
  },
  WEBSOCKET_PROTOCOL_NOT_OFFERED: {
    source: 'RFC 6455 4.2.2',
    message: 'only a subprotocol that the request offers can be accepted',
  },
  WEBSOCKET_OPTION_INVALID: { source: 'options', message: 'an option is out of its range' },
  WEBSOCKET_CLOSED: { source: 'RFC 6455 7.1.4', message: 'the WebSocket is closed, or closing, and takes no message' },
  WEBSOCKET_MESSAGES_TAKEN: { source: 'messages', message: 'the messages of this WebSocket are being read already' },
} as const satisfies Record<`WEBSOCKET_${string}`, ErrorSpec>;

export type WebSocketErrorCode = keyof typeof webSocketErrors;

/** A handshake that was refused, or a call that a WebSocket does not allow. Callers branch on `code`. */
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

  /** The status that refuses the request; `undefined` where the request is not at fault. */
  get status(): number | undefined {
    return this.#spec.status;
  }

  /** What the refusal has beside its status. */
  get fields(): readonly (readonly [name: string, value: string])[] {
    return this.#spec.fields ?? [];
  }
}
