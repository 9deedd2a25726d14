/** Frame types (RFC 9113 section 6, RFC 9218 section 7.1). */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
  PRIORITY_UPDATE: 0x10,
} as const;

/** Frame flags. Flags with the same value belong to different frame types. */
export const FrameFlag = {
  /** DATA, HEADERS */
  END_STREAM: 0x1,
  /** SETTINGS, PING */
  ACK: 0x1,
  /** HEADERS, CONTINUATION */
  END_HEADERS: 0x4,
  /** DATA, HEADERS */
  PADDED: 0x8,
  /** HEADERS */
  PRIORITY: 0x20,
} as const;

/** Length (24 bits), type, flags, stream identifier (31 bits) (RFC 9113 4.1). */
export const frameHeaderSize = 9;

/** Sent first by a client, before its SETTINGS (RFC 9113 3.4). */
export const connectionPreface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** The frame size that every endpoint must accept (RFC 9113 4.2). */
export const defaultMaxFrameSize = 16_384;
