import { FieldRole, type FieldSection, type HttpLimits } from '@windhover/http';
import { isConnectionSpecific } from '@windhover/http/exchange';
import type { Connection } from '@windhover/connections';
import type { ErrorCode } from '../codec/error-code.ts';
import { defaultWindowSize, increasedWindow } from '../codec/flow-window.ts';
import {
  beginHeaders,
  endHeaders,
  writeData,
  writeDataHeader,
  writeGoAway,
  writePing,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeTextData,
  writeWindowUpdate,
} from '../codec/frame-writer.ts';
import { HpackEncoder } from '../codec/hpack/hpack-encoder.ts';
import type { OutputBuffer } from '../codec/output-buffer.ts';
import { type PeerSettings, SettingId, initialSettings } from '../codec/settings.ts';
import type { CommonFields } from './common-fields.ts';
import { Output, type OutputSource } from './output.ts';
import { Scheduler } from './scheduler.ts';
import type { StreamOutput, StreamWriter } from './stream-output.ts';
import type { WorkAllowance } from './work-allowance.ts';

/** The part of a connection that a sender uses. */
export interface FrameSenderHost extends OutputSource {
  readonly maxQueued: number;
  readonly now: number | undefined;
  readonly allowance: WorkAllowance;
  /** Called when all content of the stream has been sent: the host sends trailers and ends the stream. */
  endOutput(output: StreamOutput): void;
  /** Called when a response had a field that HTTP/2 does not allow; the field was not sent. */
  fieldDropped(streamId: number, name: string): void;
}

/** Larger frames would let one stream block the others. */
const largestFrame = 16_384;

const lengthTexts: string[] = [];
const lengthText = (length: number): string =>
  length < 4096 ? (lengthTexts[length] ??= String(length)) : String(length);

/**
 * Sends everything to the client: frames, header compression, the window of the connection, and the order of streams.
 *
 * Source: RFC 9113 sections 5.2 and 6; Kestrel `Http2FrameWriter`
 */
export class FrameSender implements StreamWriter {
  readonly output: Output;
  /** Settings of the client. */
  readonly peer: PeerSettings = initialSettings();
  readonly #host: FrameSenderHost;
  readonly #common: CommonFields;
  readonly #encoder = new HpackEncoder();
  readonly #scheduler = new Scheduler();
  #window = defaultWindowSize;
  #isPumping = false;
  /** Bytes of content sent on all streams. */
  sentContent = 0;

  constructor(connection: Connection, host: FrameSenderHost, common: CommonFields) {
    this.#host = host;
    this.#common = common;
    this.output = new Output(connection, host);
  }

  // Frames of the connection

  /** Writes the server's settings, the first frame (RFC 9113 3.4), and the window of the connection. Sent at once. */
  preface({ http2, maxRequestHeadersTotalSize }: HttpLimits): void {
    const { output } = this;
    const { isBatching } = output;
    output.isBatching = true;
    writeSettings(output.begin(), [
      [SettingId.HEADER_TABLE_SIZE, http2.headerTableSize],
      [SettingId.MAX_CONCURRENT_STREAMS, http2.maxStreamsPerConnection],
      [SettingId.INITIAL_WINDOW_SIZE, http2.initialStreamWindowSize],
      [SettingId.MAX_FRAME_SIZE, http2.maxFrameSize],
      [SettingId.MAX_HEADER_LIST_SIZE, maxRequestHeadersTotalSize],
      [SettingId.ENABLE_CONNECT_PROTOCOL, 1],
      [SettingId.NO_RFC7540_PRIORITIES, 1],
    ]);
    const increment = http2.initialConnectionWindowSize - defaultWindowSize;
    if (increment > 0) this.windowUpdate(0, increment);
    output.isBatching = isBatching;
    if (!isBatching) output.flush();
  }

  /** Applies changed settings of the client and acknowledges them. */
  settingsApplied(): void {
    this.#encoder.setMaxTableSize(this.peer.smallestHeaderTableSize);
    this.#encoder.setMaxTableSize(this.peer.headerTableSize);
    writeSettingsAck(this.output.begin());
  }

  ping(isAck: boolean, payload: Uint8Array): void {
    writePing(this.output.begin(), isAck, payload);
  }

  goAway(lastStreamId: number, errorCode: ErrorCode): void {
    writeGoAway(this.output.begin(), lastStreamId, errorCode);
  }

  rstStream(streamId: number, errorCode: ErrorCode): void {
    writeRstStream(this.output.begin(), streamId, errorCode);
  }

  windowUpdate(streamId: number, increment: number): void {
    writeWindowUpdate(this.output.begin(), streamId, increment);
  }

  /** Applies WINDOW_UPDATE of the connection. @returns false if the window becomes too large */
  addWindow(increment: number): boolean {
    const window = increasedWindow(this.#window, increment);
    if (Number.isNaN(window)) return false;
    this.#window = window;
    return true;
  }

  // Header blocks

  /**
   * Writes the head of a final response, with Date and Server unless it has them.
   *
   * @param contentLength value to add, or -1
   */
  head(
    streamId: number,
    statusCode: number,
    fields: FieldSection | undefined,
    contentLength: number,
    endsStream: boolean,
  ): void {
    // The first response of a turn reads the clock for the others.
    if (!this.output.isFlushDue) this.#common.refresh();
    const { date, server } = this.#common;
    const roles = fields === undefined ? 0 : fields.roles;
    const encoder = this.#encoder;
    const out = this.output.begin();
    const at = beginHeaders(out);
    encoder.begin(out);
    encoder.status(out, statusCode);
    if (date !== undefined && (roles & FieldRole.date) === 0) encoder.field(out, 'date', date);
    if (server !== undefined && (roles & FieldRole.server) === 0) encoder.field(out, 'server', server);
    const dropped = fields === undefined ? undefined : this.#fields(out, fields);
    if (contentLength >= 0) encoder.field(out, 'content-length', lengthText(contentLength));
    this.#endHeaders(out, at, streamId, endsStream, dropped);
  }

  informational(streamId: number, statusCode: number, fields: FieldSection): void {
    const out = this.output.begin();
    const at = beginHeaders(out);
    this.#encoder.begin(out);
    this.#encoder.status(out, statusCode);
    this.#endHeaders(out, at, streamId, false, this.#fields(out, fields));
  }

  /** Writes trailers and ends the stream. */
  trailers(streamId: number, fields: FieldSection): void {
    const out = this.output.begin();
    const at = beginHeaders(out);
    this.#encoder.begin(out);
    this.#endHeaders(out, at, streamId, true, this.#fields(out, fields));
  }

  /** @returns names of the fields that were left out, if there are any */
  #fields(out: OutputBuffer, fields: FieldSection): string[] | undefined {
    let dropped: string[] | undefined;
    for (let line = 0; line < fields.size; line++) {
      const name = fields.keyAt(line);
      if (isConnectionSpecific(name)) (dropped ??= []).push(name);
      else this.#encoder.field(out, name, fields.valueAt(line));
    }
    return dropped;
  }

  /** @param dropped reported after the block, because a listener may write another frame */
  #endHeaders(
    out: OutputBuffer,
    at: number,
    streamId: number,
    endsStream: boolean,
    dropped: string[] | undefined,
  ): void {
    endHeaders(out, at, streamId, endsStream, this.#frameSize);
    if (dropped !== undefined) for (const name of dropped) this.#host.fieldDropped(streamId, name);
    if (this.output.isFull) this.output.flush();
  }

  get #frameSize(): number {
    return Math.min(this.peer.maxFrameSize, largestFrame);
  }

  // StreamWriter

  get maxQueued(): number {
    return this.#host.maxQueued;
  }

  get now(): number | undefined {
    return this.#host.now;
  }

  get canSend(): boolean {
    return this.#scheduler.isEmpty && !this.output.isUnderPressure;
  }

  get sendLimit(): number {
    return Math.min(this.#window, this.#frameSize);
  }

  schedule(output: StreamOutput): void {
    this.#scheduler.add(output);
    if (!this.#isPumping && this.#window > 0) this.output.requestFlush();
  }

  unschedule(output: StreamOutput): void {
    this.#scheduler.remove(output);
  }

  writeContent(streamId: number, content: Uint8Array | string, endsStream: boolean, left: number): void {
    const { output } = this;
    if (typeof content === 'string') {
      writeTextData(output.beginContent(left), streamId, content, endsStream);
    } else if (output.takesPiece(content.length)) {
      writeDataHeader(output.begin(), streamId, content.length, endsStream);
      output.piece(content);
    } else {
      writeData(output.beginContent(left), streamId, content, endsStream);
    }
    this.#window -= content.length;
    this.sentContent += content.length;
    this.#host.allowance.earnContent();
    if (output.isFull) output.flush();
  }

  endOutput(output: StreamOutput): void {
    this.#host.endOutput(output);
  }

  /** Lets waiting streams send while the windows and the transport allow it. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#window > 0 && !this.output.isUnderPressure) {
      const next = this.#scheduler.take();
      if (next === undefined) break;
      if (next.sendNext()) this.#scheduler.putBack(next);
    }
    this.#isPumping = false;
  }
}
