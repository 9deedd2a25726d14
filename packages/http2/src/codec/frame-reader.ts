import { withDefaults } from '@windhover/http';
import { Http2Error } from './errors.ts';
import { FrameFlag, FrameType, connectionPreface, defaultMaxFrameSize, frameHeaderSize } from './frame-type.ts';
import { HeaderBlock } from './header-block.ts';
import { latin1 } from './latin1.ts';
import { ReceivedBytes } from './received-bytes.ts';

/** Events of a reader. Each event sets the listed members of `FrameReader`. */
export const FrameEvent = {
  /** No complete event: more bytes are needed. */
  needData: 0,
  /** The client connection preface, without its SETTINGS. */
  preface: 1,
  /** A part of DATA: `bytes` from `start` to `end`, `isFrameStart`, `frameLength`, `endsStream`. */
  data: 2,
  /** A whole header block: `bytes` from `start` to `end`, `endsStream`, `dependency`. */
  headers: 3,
  /** `dependency` */
  priority: 4,
  /** `errorCode` */
  rstStream: 5,
  /** The payload: `bytes` from `start` to `end`. */
  settings: 6,
  settingsAck: 7,
  /** The 8 bytes of payload: `bytes` from `start` to `end`. */
  ping: 8,
  pingAck: 9,
  /** `lastStreamId`, `errorCode` */
  goAway: 10,
  /** `increment`; 0 can occur on a stream, where it is a stream error. */
  windowUpdate: 11,
  /** `streamId` is the prioritized stream, `priority` the field value. */
  priorityUpdate: 12,
  /** A frame of an unknown type, which was dropped. */
  unknown: 13,
} as const;

export type FrameEvent = (typeof FrameEvent)[keyof typeof FrameEvent];

/** Limits of a reader. */
export interface FrameReaderLimits {
  /** Payload of one frame in bytes, as announced in SETTINGS_MAX_FRAME_SIZE. */
  readonly maxFrameSize: number;
  /** Compressed header block in bytes. */
  readonly maxHeaderBlockSize: number;
}

/** Limits as options; an omitted limit has its default. */
export type FrameReaderLimitOptions = Partial<FrameReaderLimits>;

export const frameReaderLimitDefaults: FrameReaderLimits = {
  maxFrameSize: defaultMaxFrameSize, // bytes; RFC 9113 6.5.2
  maxHeaderBlockSize: 64 * 1024, // bytes; twice the default of maxRequestHeadersTotalSize
};

/** Length of a priority value in bytes: urgency and incremental take a dozen. A longer one counts as empty. */
export const longestPriority = 256;

/**
 * Reads the frames of a client: bytes in, events out. Checks that need no stream state are made here (RFC 9113 section
 * 4 and the frame definitions of section 6), and header blocks are assembled. DATA is returned as it arrives, all other
 * frames when complete. A frame that breaks a rule in its first nine bytes fails at once.
 *
 * After an error the reader throws it again on each call.
 *
 * Source: RFC 9113 sections 3.4, 4 and 6; Kestrel `Http2FrameReader`
 */
export class FrameReader {
  /** Stream of the last frame; 0 for the connection. */
  streamId = 0;
  /**
   * The bytes of the event are `[start, end)`. Valid until the next `push`; for DATA, without limit. Lent bytes are valid
   * until `release`.
   */
  bytes: Uint8Array = noBytes;
  start = 0;
  end = 0;
  endsStream = false;
  /** Whether this is the first piece of its DATA frame. */
  isFrameStart = false;
  /** Payload of the DATA frame with its padding, as counted against the windows. */
  frameLength = 0;
  /** Stream that the stream depends on, or -1 (RFC 7540 5.3.1). */
  dependency = -1;
  errorCode = 0;
  lastStreamId = 0;
  increment = 0;
  priority = '';
  readonly #limits: FrameReaderLimits;
  readonly #received = new ReceivedBytes();
  #block: HeaderBlock | undefined;
  #looksLikeHttp1 = false;
  #hasPreface = false;
  #hasSettings = false;
  /** Content and padding that remain of the current DATA frame. */
  #contentLeft = 0;
  #paddingLeft = 0;
  #isInData = false;
  #error: unknown;

  constructor(limits: FrameReaderLimitOptions = {}) {
    this.#limits = withDefaults(frameReaderLimitDefaults, limits);
  }

  /** Whether a header block is incomplete. */
  get isInHeaderBlock(): boolean {
    return this.#block !== undefined;
  }

  /** Whether the bytes instead of the preface look like an HTTP/1.1 request. */
  get looksLikeHttp1(): boolean {
    return this.#looksLikeHttp1;
  }

  /** Whether a DATA frame is incomplete. */
  get isInData(): boolean {
    return this.#isInData;
  }

  /** Whether the preface, the first SETTINGS or a header block is incomplete. */
  get isInHead(): boolean {
    return this.#block !== undefined || (!this.#hasSettings && (this.#hasPreface || this.buffered > 0));
  }

  /** Received bytes that have not been read. */
  get buffered(): number {
    return this.#received.size;
  }

  /** Whether `bytes` is memory of the caller of `lend`, so that kept content must be copied. */
  get isLent(): boolean {
    return this.#received.isLent;
  }

  /** Adds received bytes and takes ownership of them. */
  push(bytes: Uint8Array): void {
    this.#received.push(bytes);
  }

  /**
   * Adds the bytes `memory[0 .. size)` without taking the memory: the caller leaves it unchanged until `release`, which it
   * calls after it has read the events.
   */
  lend(memory: Uint8Array, size: number): void {
    this.#received.lend(memory, size);
  }

  /** Ends the loan of memory: copies the bytes that have not been read. */
  release(): void {
    this.#received.endLoan();
    this.bytes = noBytes;
  }

  /**
   * Reads the next event.
   *
   * @throws Http2Error a connection error. Exception: `HTTP2_STREAM_PRIORITY_SIZE` is an error of `streamId` and is not
   *   thrown again
   */
  read(): FrameEvent {
    if (this.#error !== undefined) throw this.#error;
    try {
      const event = this.#read();
      if (event === FrameEvent.needData) this.#release();
      return event;
    } catch (error) {
      if (!(error instanceof Http2Error) || error.isConnectionError) this.#error = error;
      throw error;
    }
  }

  /** Releases memory, so that an idle connection holds no bytes of its last frame. */
  #release(): void {
    this.#received.release();
    this.bytes = noBytes;
  }

  #read(): FrameEvent {
    if (!this.#hasPreface) return this.#readPreface();
    for (;;) {
      if (this.#isInData) return this.#readData();
      const received = this.#received;
      if (received.size < frameHeaderSize) return FrameEvent.needData;
      const { bytes, at } = received;
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      const type = bytes[at + 3]!;
      const flags = bytes[at + 4]!;
      this.streamId = uint31(bytes, at + 5);
      this.#checkHeader(type, flags, length);
      // DATA needs only the length of its padding; its payload is not awaited.
      const needed = type === FrameType.DATA ? flags & FrameFlag.PADDED && 1 : length;
      if (received.size < frameHeaderSize + needed) return FrameEvent.needData;
      received.at = at + frameHeaderSize + needed;
      this.bytes = bytes;
      this.start = at + frameHeaderSize;
      this.end = this.start + length;
      const event = this.#readFrame(type, flags, length);
      if (event !== FrameEvent.needData) return event;
    }
  }

  /** Compares bytes as they arrive: an invalid preface fails at its first wrong byte. */
  #readPreface(): FrameEvent {
    const { bytes, at, size } = this.#received;
    const compared = Math.min(size, connectionPreface.length);
    for (let i = 0; i < compared; i++) {
      if (bytes[at + i] === connectionPreface.charCodeAt(i)) continue;
      this.#looksLikeHttp1 = isCapital(bytes[at]!);
      throw new Http2Error('HTTP2_PREFACE_INVALID');
    }
    if (compared < connectionPreface.length) return FrameEvent.needData;
    this.#received.at += connectionPreface.length;
    this.#hasPreface = true;
    return FrameEvent.preface;
  }

  /** Checks the first nine bytes, so that an invalid frame fails before its payload arrives. */
  #checkHeader(type: number, flags: number, length: number): void {
    if (length > this.#limits.maxFrameSize) throw new Http2Error('HTTP2_FRAME_TOO_LARGE');
    this.#checkOrder(type, flags);
    const rule = rules[type];
    if (rule === undefined) return;
    if (rule.onStream !== undefined && rule.onStream !== (this.streamId !== 0)) {
      throw new Http2Error(rule.onStream ? 'HTTP2_STREAM_ID_MISSING' : 'HTTP2_STREAM_ID_NOT_ALLOWED');
    }
    if (length < rule.least || length > rule.most || !hasRoomForFlags(type, flags, length)) {
      throw new Http2Error('HTTP2_FRAME_SIZE_INVALID');
    }
  }

  /** Checks that the type of a frame is allowed after the previous frames. */
  #checkOrder(type: number, flags: number): void {
    if (!this.#hasSettings && (type !== FrameType.SETTINGS || (flags & FrameFlag.ACK) !== 0)) {
      throw new Http2Error('HTTP2_SETTINGS_EXPECTED');
    }
    const block = this.#block;
    if (block === undefined) {
      if (type === FrameType.CONTINUATION && this.streamId !== 0) throw new Http2Error('HTTP2_CONTINUATION_UNEXPECTED');
    } else if (type !== FrameType.CONTINUATION || this.streamId !== block.streamId) {
      throw new Http2Error('HTTP2_HEADER_BLOCK_INTERRUPTED');
    }
    if (type === FrameType.PUSH_PROMISE) throw new Http2Error('HTTP2_PUSH_PROMISE_NOT_ALLOWED');
  }

  /** @returns `needData` for a frame without an event */
  #readFrame(type: number, flags: number, length: number): FrameEvent {
    switch (type) {
      case FrameType.DATA:
        return this.#beginData(flags, length);
      case FrameType.HEADERS:
        return this.#readHeaders(flags);
      case FrameType.PRIORITY:
        if (length !== 5) throw new Http2Error('HTTP2_STREAM_PRIORITY_SIZE');
        this.dependency = uint31(this.bytes, this.start);
        return FrameEvent.priority;
      case FrameType.RST_STREAM:
        this.errorCode = uint32(this.bytes, this.start);
        return FrameEvent.rstStream;
      case FrameType.SETTINGS:
        if ((flags & FrameFlag.ACK) !== 0) return FrameEvent.settingsAck;
        this.#hasSettings = true;
        return FrameEvent.settings;
      case FrameType.PING:
        return (flags & FrameFlag.ACK) === 0 ? FrameEvent.ping : FrameEvent.pingAck;
      case FrameType.GOAWAY:
        this.lastStreamId = uint31(this.bytes, this.start);
        this.errorCode = uint32(this.bytes, this.start + 4);
        return FrameEvent.goAway;
      case FrameType.WINDOW_UPDATE:
        return this.#readWindowUpdate();
      case FrameType.CONTINUATION:
        return this.#readContinuation(flags);
      case FrameType.PRIORITY_UPDATE:
        this.streamId = uint31(this.bytes, this.start);
        this.priority = length - 4 > longestPriority ? '' : latin1(this.bytes, this.start + 4, this.end);
        return FrameEvent.priorityUpdate;
      default:
        return FrameEvent.unknown;
    }
  }

  #beginData(flags: number, length: number): FrameEvent {
    this.#contentLeft = length;
    this.#paddingLeft = 0;
    if ((flags & FrameFlag.PADDED) !== 0) {
      this.#paddingLeft = this.bytes[this.start]!;
      this.#contentLeft -= 1 + this.#paddingLeft;
      if (this.#contentLeft < 0) throw new Http2Error('HTTP2_PADDING_INVALID');
    }
    this.#isInData = true;
    this.#endsStreamAfterData = (flags & FrameFlag.END_STREAM) !== 0;
    this.isFrameStart = true;
    this.frameLength = length;
    return this.#takeData();
  }

  #endsStreamAfterData = false;

  #readData(): FrameEvent {
    if (this.#received.size === 0) return FrameEvent.needData;
    this.isFrameStart = false;
    return this.#takeData();
  }

  /** Takes the received part of the current DATA frame. Its padding is dropped. */
  #takeData(): FrameEvent {
    const received = this.#received;
    const content = Math.min(this.#contentLeft, received.size);
    this.bytes = received.bytes;
    this.start = received.at;
    this.end = received.at + content;
    received.at += content;
    this.#contentLeft -= content;
    if (this.#contentLeft === 0) {
      const padding = Math.min(this.#paddingLeft, received.size);
      received.at += padding;
      this.#paddingLeft -= padding;
    }
    this.#isInData = this.#contentLeft > 0 || this.#paddingLeft > 0;
    this.endsStream = !this.#isInData && this.#endsStreamAfterData;
    return FrameEvent.data;
  }

  #readHeaders(flags: number): FrameEvent {
    this.endsStream = (flags & FrameFlag.END_STREAM) !== 0;
    this.dependency = -1;
    let padding = 0;
    if ((flags & FrameFlag.PADDED) !== 0) padding = this.bytes[this.start++]!;
    if ((flags & FrameFlag.PRIORITY) !== 0) {
      this.dependency = uint31(this.bytes, this.start);
      this.start += 5;
    }
    if (padding > this.end - this.start) throw new Http2Error('HTTP2_PADDING_INVALID');
    this.end -= padding;
    if (this.end - this.start > this.#limits.maxHeaderBlockSize) throw new Http2Error('HTTP2_HEADER_BLOCK_TOO_LARGE');
    if ((flags & FrameFlag.END_HEADERS) !== 0) return FrameEvent.headers;
    this.#block = new HeaderBlock(this.streamId, this.endsStream, this.dependency, this.#limits.maxHeaderBlockSize);
    this.#block.append(this.bytes, this.start, this.end);
    return FrameEvent.needData;
  }

  #readContinuation(flags: number): FrameEvent {
    const block = this.#block!;
    block.continue(this.bytes, this.start, this.end);
    if ((flags & FrameFlag.END_HEADERS) === 0) return FrameEvent.needData;
    this.#block = undefined;
    this.endsStream = block.endsStream;
    this.dependency = block.dependency;
    this.bytes = block.bytes;
    this.start = 0;
    this.end = block.length;
    return FrameEvent.headers;
  }

  #readWindowUpdate(): FrameEvent {
    this.increment = uint31(this.bytes, this.start);
    if (this.increment === 0 && this.streamId === 0) throw new Http2Error('HTTP2_WINDOW_INCREMENT_ZERO');
    return FrameEvent.windowUpdate;
  }
}

const noBytes = new Uint8Array(0);

/** Rules for a frame type before its payload: whether it belongs to a stream, and the range of its length. */
interface FrameRule {
  /** `undefined` if both are allowed. */
  readonly onStream: boolean | undefined;
  readonly least: number;
  readonly most: number;
}

const any = Infinity;

/** Rules by frame type. PRIORITY of a wrong size is only a stream error. */
const rules: (FrameRule | undefined)[] = [];
rules[FrameType.DATA] = { onStream: true, least: 0, most: any };
rules[FrameType.HEADERS] = { onStream: true, least: 0, most: any };
rules[FrameType.PRIORITY] = { onStream: true, least: 0, most: any };
rules[FrameType.RST_STREAM] = { onStream: true, least: 4, most: 4 };
rules[FrameType.SETTINGS] = { onStream: false, least: 0, most: any };
rules[FrameType.PUSH_PROMISE] = { onStream: undefined, least: 0, most: any };
rules[FrameType.PING] = { onStream: false, least: 8, most: 8 };
rules[FrameType.GOAWAY] = { onStream: false, least: 8, most: any };
rules[FrameType.WINDOW_UPDATE] = { onStream: undefined, least: 4, most: 4 };
rules[FrameType.CONTINUATION] = { onStream: true, least: 0, most: any };
rules[FrameType.PRIORITY_UPDATE] = { onStream: false, least: 4, most: any };

/** Whether the payload is long enough for the fields announced by the flags, or has the required length. */
const hasRoomForFlags = (type: number, flags: number, length: number): boolean => {
  switch (type) {
    case FrameType.DATA:
      return (flags & FrameFlag.PADDED) === 0 || length > 0;
    case FrameType.HEADERS:
      return length >= (flags & FrameFlag.PADDED && 1) + (flags & FrameFlag.PRIORITY && 5);
    case FrameType.SETTINGS:
      return (flags & FrameFlag.ACK) === 0 ? length % 6 === 0 : length === 0;
    default:
      return true;
  }
};

const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

const uint31 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! & 0x7f) << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

const uint32 = (bytes: Uint8Array, at: number): number => uint31(bytes, at) + (bytes[at]! >>> 7) * 0x80000000;
