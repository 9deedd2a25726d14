/** Every code of a `TransportError`, with the sentence that begins its message. */
export const transportErrors = {
  TRANSPORT_ADDRESS_IN_USE: 'the address is already in use',
  TRANSPORT_ADDRESS_NOT_AVAILABLE: 'the address does not belong to this machine',
  TRANSPORT_FAMILY_NOT_SUPPORTED: 'this machine does not support the address family',
  TRANSPORT_PERMISSION_DENIED: 'permission to listen here was denied',
  TRANSPORT_PATH_TOO_LONG: 'the path is too long for a unix socket',
  TRANSPORT_PATH_NOT_FOUND: 'the directory of the socket does not exist',
  TRANSPORT_PATH_NOT_A_SOCKET: 'the file at the path is not a socket',
  TRANSPORT_DESCRIPTOR_INVALID: 'the descriptor is not a socket that can listen',
  TRANSPORT_OPTION_NOT_SUPPORTED: 'this system does not support one of the options',
  TRANSPORT_ENDPOINT_NOT_SUPPORTED: 'the transport cannot listen on this kind of endpoint',
  TRANSPORT_BIND_FAILED: 'the endpoint could not be bound',
} as const satisfies Record<`TRANSPORT_${string}`, string>;

export type TransportErrorCode = keyof typeof transportErrors;

/** An endpoint could not be bound. `code` is the reason; `cause` is the error of the system if there is one. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, endpoint: string, options?: { detail?: string; cause?: unknown }) {
    const detail = options?.detail === undefined ? '' : `. ${options.detail}`;
    super(`Cannot listen on ${endpoint}: ${transportErrors[code]}${detail}`, { cause: options?.cause });
    this.code = code;
  }
}

/** Every code of a `ConnectionError`, with its default message. */
export const connectionErrors = {
  CONNECTION_ABORTED: 'the connection was aborted on this side',
  CONNECTION_RESET: 'the connection was reset or cut by the other side',
  CONNECTION_REFUSED: 'the connection could not be opened',
} as const satisfies Record<`CONNECTION_${string}`, string>;

export type ConnectionErrorCode = keyof typeof connectionErrors;

/**
 * A connection was aborted on this side, reset by the peer, cut before its end, or could not be opened. `code` is the
 * reason; `cause` is the error of the system if there is one.
 *
 * Source: Kestrel `ConnectionAbortedException`, `ConnectionResetException`.
 */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: ConnectionErrorCode;

  constructor(code: ConnectionErrorCode, message: string = connectionErrors[code], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
