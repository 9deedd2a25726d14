/** One refusal: whose rule it is, and what is wrong in one sentence. */
export interface ProxyProtocolErrorSpec {
  /** Section of the PROXY protocol specification, or the option that it rests on. */
  readonly source: string;
  readonly message: string;
}

/**
 * Every way in which a connection is refused. Each of them aborts it: what stands behind a header in doubt belongs to
 * nobody.
 */
export const proxyProtocolErrors = {
  PROXY_SOURCE_UNTRUSTED: {
    source: 'trustedSources',
    message: 'the connection comes from a source that is not trusted to send a header',
  },
  PROXY_SIGNATURE_INVALID: {
    source: '2',
    message: 'the connection begins with neither signature of the PROXY protocol',
  },
  PROXY_HEADER_INCOMPLETE: { source: '2', message: 'the peer ended its side in the middle of the header' },
  PROXY_HEADER_TIMEOUT: { source: 'timeout', message: 'the header was not complete within the timeout' },
  PROXY_HEADER_TOO_LONG: {
    source: '2.1, maxHeaderSize',
    message: 'the header is longer than 107 bytes (version 1) or than maxHeaderSize (version 2)',
  },
  PROXY_V1_LINE_INVALID: {
    source: '2.1',
    message: 'the line is not PROXY, protocol, two addresses and two ports with single spaces between, then CRLF',
  },
  PROXY_V1_PROTOCOL_INVALID: { source: '2.1', message: 'the protocol is none of TCP4, TCP6 and UNKNOWN' },
  PROXY_V1_ADDRESS_INVALID: { source: '2.1', message: 'an address is not one of the family that the line names' },
  PROXY_V1_PORT_INVALID: { source: '2.1', message: 'a port is not a decimal number from 0 to 65535' },
  PROXY_V2_VERSION_INVALID: { source: '2.2', message: 'the version behind the binary signature is not 2' },
  PROXY_V2_COMMAND_INVALID: { source: '2.2', message: 'the command is neither LOCAL nor PROXY' },
  PROXY_V2_FAMILY_INVALID: {
    source: '2.2',
    message: 'address family and transport are not a combination that the specification has',
  },
  PROXY_V2_ADDRESS_INCOMPLETE: { source: '2.2', message: 'the header is too short for the addresses of its family' },
  PROXY_V2_TLV_INVALID: {
    source: '2.2.1',
    message: 'an additional field is longer than what is left, or has a value that its type does not allow',
  },
  PROXY_V2_CHECKSUM_INVALID: { source: '2.2.3', message: 'the checksum does not fit the header' },
} as const satisfies Record<`PROXY_${string}`, ProxyProtocolErrorSpec>;

export type ProxyProtocolErrorCode = keyof typeof proxyProtocolErrors;

/** Why a connection was refused. Its text holds no byte of the peer's, so it can be logged as it is. */
export class ProxyProtocolError extends Error {
  override readonly name = 'ProxyProtocolError';
  readonly code: ProxyProtocolErrorCode;

  constructor(code: ProxyProtocolErrorCode, options?: ErrorOptions) {
    const { source, message } = proxyProtocolErrors[code];
    super(`${message} (PROXY protocol, ${source})`, options);
    this.code = code;
  }
}
