import type { ErrorCode } from './error-code.ts';
import { FrameFlag, FrameType, frameHeaderSize } from './frame-type.ts';
import type { OutputBuffer } from './output-buffer.ts';

/**
 * Frame writers, one for each type that a server sends. They reserve room and append to the buffer; a batch of frames
 * is contiguous.
 *
 * Source: RFC 9113 sections 4.1 and 6; Kestrel `Http2FrameWriter`
 */

/** Writes the frame header. The caller has reserved room. */
const writeFrameHeader = (out: OutputBuffer, length: number, type: number, flags: number, streamId: number): void => {
  out.uint24(length);
  out.byte(type);
  out.byte(flags);
  out.uint32(streamId);
};

/** Writes SETTINGS. @param settings identifiers and values, in order */
export const writeSettings = (out: OutputBuffer, settings: readonly (readonly [id: number, value: number])[]): void => {
  out.reserve(frameHeaderSize + settings.length * 6);
  writeFrameHeader(out, settings.length * 6, FrameType.SETTINGS, 0, 0);
  for (const [id, value] of settings) {
    out.uint16(id);
    out.uint32(value);
  }
};

export const writeSettingsAck = (out: OutputBuffer): void => {
  out.reserve(frameHeaderSize);
  writeFrameHeader(out, 0, FrameType.SETTINGS, FrameFlag.ACK, 0);
};

/** Writes PING. @param payload 8 bytes */
export const writePing = (out: OutputBuffer, isAck: boolean, payload: Uint8Array): void => {
  out.reserve(frameHeaderSize + 8);
  writeFrameHeader(out, 8, FrameType.PING, isAck ? FrameFlag.ACK : 0, 0);
  out.copy(payload);
};

/** Writes GOAWAY. @param lastStreamId the last stream that was or may be processed */
export const writeGoAway = (out: OutputBuffer, lastStreamId: number, errorCode: ErrorCode): void => {
  out.reserve(frameHeaderSize + 8);
  writeFrameHeader(out, 8, FrameType.GOAWAY, 0, 0);
  out.uint32(lastStreamId);
  out.uint32(errorCode);
};

export const writeRstStream = (out: OutputBuffer, streamId: number, errorCode: ErrorCode): void => {
  out.reserve(frameHeaderSize + 4);
  writeFrameHeader(out, 4, FrameType.RST_STREAM, 0, streamId);
  out.uint32(errorCode);
};

/** Writes WINDOW_UPDATE. @param increment 1 to 2^31-1 */
export const writeWindowUpdate = (out: OutputBuffer, streamId: number, increment: number): void => {
  out.reserve(frameHeaderSize + 4);
  writeFrameHeader(out, 4, FrameType.WINDOW_UPDATE, 0, streamId);
  out.uint32(increment);
};

/**
 * Writes the header of a DATA frame.
 *
 * @param length of the content that follows, at most the peer's SETTINGS_MAX_FRAME_SIZE
 */
export const writeDataHeader = (out: OutputBuffer, streamId: number, length: number, endsStream: boolean): void => {
  out.reserve(frameHeaderSize);
  writeFrameHeader(out, length, FrameType.DATA, endsStream ? FrameFlag.END_STREAM : 0, streamId);
};

/** Writes DATA with a copy of its content. @param content at most as long as the peer's SETTINGS_MAX_FRAME_SIZE */
export const writeData = (out: OutputBuffer, streamId: number, content: Uint8Array, endsStream: boolean): void => {
  out.reserve(frameHeaderSize + content.length);
  writeDataHeader(out, streamId, content.length, endsStream);
  out.copy(content);
};

/** Writes DATA with ASCII text. */
export const writeTextData = (out: OutputBuffer, streamId: number, content: string, endsStream: boolean): void => {
  const { length } = content;
  out.reserve(frameHeaderSize + length);
  writeFrameHeader(out, length, FrameType.DATA, endsStream ? FrameFlag.END_STREAM : 0, streamId);
  const { bytes } = out;
  for (let at = 0, to = out.length; at < length; at++) bytes[to++] = content.charCodeAt(at);
  out.length += length;
};

/** Reserves room for the frame header of a header block. @returns its offset, for `endHeaders` */
export const beginHeaders = (out: OutputBuffer): number => {
  out.reserve(frameHeaderSize);
  const at = out.length;
  out.length += frameHeaderSize;
  return at;
};

/**
 * Completes the frame of the header block written after `at`: HEADERS and, if it exceeds the frame size, CONTINUATION.
 *
 * @param at from `beginHeaders`
 */
export const endHeaders = (
  out: OutputBuffer,
  at: number,
  streamId: number,
  endsStream: boolean,
  maxFrameSize: number,
): void => {
  const size = out.length - at - frameHeaderSize;
  const flags = endsStream ? FrameFlag.END_STREAM : 0;
  const { length } = out;
  if (size <= maxFrameSize) {
    out.length = at;
    writeFrameHeader(out, size, FrameType.HEADERS, flags | FrameFlag.END_HEADERS, streamId);
    out.length = length;
    return;
  }
  const block = out.bytes.slice(at + frameHeaderSize, length);
  out.length = at;
  for (let from = 0; from < size; from += maxFrameSize) {
    const fragment = block.subarray(from, from + maxFrameSize);
    const isLast = from + maxFrameSize >= size;
    out.reserve(frameHeaderSize + fragment.length);
    const type = from === 0 ? FrameType.HEADERS : FrameType.CONTINUATION;
    writeFrameHeader(
      out,
      fragment.length,
      type,
      (from === 0 ? flags : 0) | (isLast ? FrameFlag.END_HEADERS : 0),
      streamId,
    );
    out.copy(fragment);
  }
};
