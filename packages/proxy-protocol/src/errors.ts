/** One reason for refusing a connection. */
export interface ProxyProtocolErrorSpec {
  /** Section of the PROXY protocol specification, or name of the option. */
  readonly source: string;
  readonly message: string;
}

/**
 * All reasons for refusing a connection. The connection is aborted, because the bytes after an invalid header cannot be
 * assigned to a client.
 */
export const proxyProtocolErrors = {
  PROXY_PROTOCOL_SOURCE_UNTRUSTED: {
    source: 'trustedSources',
    message: 'the connection comes from a source that is not trusted to send a header',
  },
  PROXY_PROTOCOL_SIGNATURE_INVALID: {
    source: '2',
    message: 'the connection begins with neither signature of the PROXY protocol',
  },
  PROXY_PROTOCOL_HEADER_INCOMPLETE: { source: '2', message: 'the peer ended its side before the header was complete' },
  PROXY_PROTOCOL_HEADER_TIMEOUT: { source: 'timeout', message: 'the header was not complete within the timeout' },
  PROXY_PROTOCOL_HEADER_TOO_LONG: {
    source: '2.1, maxHeaderSize',
    message: 'the header is longer than 107 bytes (version 1) or than maxHeaderSize (version 2)',
  },
  PROXY_PROTOCOL_V1_LINE_INVALID: {
    source: '2.1',
    message: 'the line is not PROXY, protocol, two addresses and two ports, separated by single spaces, then CRLF',
  },
  PROXY_PROTOCOL_V1_PROTOCOL_INVALID: { source: '2.1', message: 'the protocol is not TCP4, TCP6 or UNKNOWN' },
  PROXY_PROTOCOL_V1_ADDRESS_INVALID: { source: '2.1', message: 'an address does not belong to the family of the line' },
  PROXY_PROTOCOL_V1_PORT_INVALID: { source: '2.1', message: 'a port is not a decimal number from 0 to 65535' },
  PROXY_PROTOCOL_V2_VERSION_INVALID: { source: '2.2', message: 'the version after the binary signature is not 2' },
  PROXY_PROTOCOL_V2_COMMAND_INVALID: { source: '2.2', message: 'the command is neither LOCAL nor PROXY' },
  PROXY_PROTOCOL_V2_FAMILY_INVALID: {
    source: '2.2',
    message: 'the combination of address family and transport is not in the specification',
  },
  PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE: {
    source: '2.2',
    message: 'the header is too short for the addresses of its family',
  },
  PROXY_PROTOCOL_V2_TLV_INVALID: {
    source: '2.2.1',
    message: 'an additional field is longer than the rest of the header, or has a value that its type does not allow',
  },
  PROXY_PROTOCOL_V2_CHECKSUM_INVALID: { source: '2.2.3', message: 'the checksum does not match the header' },
} as const satisfies Record<`PROXY_PROTOCOL_${string}`, ProxyProtocolErrorSpec>;

export type ProxyProtocolErrorCode = keyof typeof proxyProtocolErrors;

/** The reason for refusing a connection. The message contains no bytes from the peer, so it is safe to log. */
export class ProxyProtocolError extends Error {
  override readonly name = 'ProxyProtocolError';
  readonly code: ProxyProtocolErrorCode;

  constructor(code: ProxyProtocolErrorCode, options?: ErrorOptions) {
    const { source, message } = proxyProtocolErrors[code];
    super(`${message} (PROXY protocol, ${source})`, options);
    this.code = code;
  }
}
