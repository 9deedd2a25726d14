import { Buffer } from 'node:buffer';
import {
  FieldRole,
  FieldSection,
  type FieldSectionGuard,
  HttpError,
  type HttpFields,
  type HttpResponseBodyFeature,
  type HttpResponseFeature,
  type HttpResponseTrailersFeature,
  isAllowedInTrailers,
} from '@windhover/http';
import type { Http1Exchange } from './exchange.ts';
import { contentLengthEnd } from './head-text.ts';
import type { Output } from '../connection/output.ts';
import { Http1Error } from '@windhover/http1-codec';

/** How the content of a response is framed. */
const Framing = { undecided: 0, length: 1, chunked: 2, untilClose: 3, none: 4 } as const;

/** Trailer fields may come until the end, but none of those that RFC 9110 6.5.1 keeps out. */
const trailerGuard = (response: Http1Response): FieldSectionGuard => ({
  beforeChange: (name) => {
    if (response.hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    if (name !== undefined && !isAllowedInTrailers(name.toLowerCase())) {
      throw new HttpError('HTTP_FIELD_NOT_ALLOWED', `${name} in trailers`);
    }
  },
});

/** Control characters and what is not latin1 (RFC 9112 4: HTAB, SP, VCHAR, obs-text). */
const invalidReason = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The response of one exchange: its head, and the framing of its content.
 *
 * Source: RFC 9112 sections 4, 6 and 7
 */
export class Http1Response
  implements HttpResponseFeature, HttpResponseBodyFeature, HttpResponseTrailersFeature, FieldSectionGuard
{
  readonly #exchange: Http1Exchange;
  #statusCode = 200;
  #reasonPhrase = '';
  #headers: FieldSection | undefined;
  #trailers: FieldSection | undefined;
  #framing: (typeof Framing)[keyof typeof Framing] = Framing.undecided;
  /** Bytes that a Content-Length still promises. */
  #remaining = 0;
  /** The first content, kept for a moment: if it is all there is, its length is known. */
  #first: Uint8Array | string | undefined;
  #onStarting: (() => void)[] | undefined;
  #onCompleted: (() => void | Promise<void>)[] | undefined;
  #hasStarted = false;
  #hasEnded = false;

  constructor(exchange: Http1Exchange) {
    this.#exchange = exchange;
  }

  // Head

  get statusCode(): number {
    return this.#statusCode;
  }

  set statusCode(value: number) {
    this.beforeChange();
    if (!Number.isInteger(value) || value < 200 || value > 999)
      throw new HttpError('HTTP_STATUS_INVALID', String(value));
    this.#statusCode = value;
  }

  get reasonPhrase(): string {
    return this.#reasonPhrase;
  }

  set reasonPhrase(value: string) {
    this.beforeChange();
    if (invalidReason.test(value)) throw new HttpError('HTTP_REASON_PHRASE_INVALID');
    this.#reasonPhrase = value;
  }

  get headers(): HttpFields {
    return (this.#headers ??= new FieldSection(this));
  }

  get trailers(): HttpFields {
    return (this.#trailers ??= new FieldSection(trailerGuard(this)));
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  onStarting(callback: () => void): void {
    this.beforeChange();
    (this.#onStarting ??= []).push(callback);
  }

  onCompleted(callback: () => void | Promise<void>): void {
    (this.#onCompleted ??= []).push(callback);
  }

  /** The callbacks that wait for the end, last registered first; none from then on. */
  takeOnCompleted(): (() => void | Promise<void>)[] | undefined {
    const callbacks = this.#onCompleted?.toReversed();
    this.#onCompleted = undefined;
    return callbacks;
  }

  /** The header section is closed for changes once it is sent. */
  beforeChange(): void {
    if (this.#hasStarted) throw new HttpError('HTTP_RESPONSE_STARTED');
  }

  // Content

  start(): void {
    if (this.#hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    if (!this.#hasStarted) this.#sendHead(hasNoContent(this.#statusCode) ? 0 : undefined);
    this.#releaseFirst();
  }

  write(content: Uint8Array | string): boolean {
    if (this.#hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
    const { connection } = this.#exchange;
    if (connection.isClosed) return false;
    const bytes = wireContent(content);
    if (bytes.length === 0) return !connection.output.isUnderPressure;
    if (!this.#hasStarted && this.#first === undefined) {
      this.#first = bytes;
      connection.output.requestFlush();
      return true;
    }
    if (!this.#hasStarted) this.#sendHead(undefined);
    this.#releaseFirst();
    this.#send(bytes);
    return !connection.output.isUnderPressure;
  }

  drained(): Promise<void> {
    return this.#exchange.connection.output.whenDrained();
  }

  end(content?: Uint8Array | string): void {
    if (this.#hasEnded) {
      if (content !== undefined) throw new HttpError('HTTP_RESPONSE_ENDED');
      return;
    }
    const { connection } = this.#exchange;
    if (connection.isClosed) {
      this.#hasEnded = true;
      return;
    }
    if (!this.#hasStarted && this.#first === undefined) {
      this.#sendAll(content === undefined ? '' : wireContent(content));
    } else {
      if (content !== undefined) this.write(content);
      if (this.#hasStarted) this.#finish();
      else this.#sendAll(this.#takeFirst());
    }
    this.#hasEnded = true;
  }

  /** The first content was not all of it, or not soon: send it as the beginning of a stream. */
  releaseFirst(): void {
    if (this.#first === undefined || this.#exchange.connection.isClosed) return;
    if (!this.#hasStarted) this.#sendHead(undefined);
    this.#releaseFirst();
  }

  #releaseFirst(): void {
    if (this.#first !== undefined) this.#send(this.#takeFirst());
  }

  #takeFirst(): Uint8Array | string {
    const first = this.#first!;
    this.#first = undefined;
    return first;
  }

  /** The whole content is known with the head. */
  #sendAll(content: Uint8Array | string): void {
    const head = this.#beginHead(content.length);
    const { output } = this.#exchange.connection;
    if (this.#framing === Framing.length && typeof content === 'string' && !this.#exchange.isHead) {
      // Nearly every response. The length is right, and one piece of text is cheaper than two.
      output.text(head + content);
      return;
    }
    output.text(head);
    if (content.length > 0) this.#send(content);
    this.#finish();
  }

  #send(content: Uint8Array | string): void {
    const { output } = this.#exchange.connection;
    switch (this.#framing) {
      case Framing.length:
        if (content.length > this.#remaining) throw this.#lengthMismatch();
        this.#remaining -= content.length;
        break;
      case Framing.none:
        return;
      case Framing.chunked:
        output.text(`${content.length.toString(16)}\r\n`);
        sendContent(output, content);
        output.text('\r\n');
        return;
      default:
    }
    if (!this.#exchange.isHead) sendContent(output, content);
  }

  #finish(): void {
    if (this.#framing === Framing.chunked) {
      this.#exchange.connection.output.text(`0\r\n${this.#trailers?.toWire() ?? ''}\r\n`);
    } else if (this.#framing === Framing.length && this.#remaining > 0 && !this.#exchange.isHead) {
      throw this.#lengthMismatch();
    }
  }

  /** The peer has been promised another length: nothing that follows could be told from the content. */
  #lengthMismatch(): HttpError {
    this.#exchange.connection.closeAfterResponse();
    return new HttpError('HTTP_CONTENT_LENGTH_MISMATCH');
  }

  // Framing of the head

  /** @param length of the whole content, undefined when it comes piece by piece */
  #sendHead(length: number | undefined): void {
    this.#exchange.connection.output.text(this.#beginHead(length));
  }

  /** From here on nothing of the head changes any more. @returns it as text */
  #beginHead(length: number | undefined): string {
    this.#callOnStarting();
    const head = this.#headLines(length);
    this.#hasStarted = true;
    return head;
  }

  #callOnStarting(): void {
    const callbacks = this.#onStarting;
    if (callbacks === undefined) return;
    this.#onStarting = undefined;
    for (const callback of callbacks.toReversed()) callback();
  }

  #headLines(length: number | undefined): string {
    const { connection, isHead } = this.#exchange;
    const fields = this.#headers;
    const roles = fields === undefined ? 0 : fields.roles;
    const end = this.#decideFraming(length, roles, isHead);
    const beginning = connection.headBeginning(this.#statusCode, this.#reasonPhrase, roles);
    const connectionLine = connection.connectionLine(this.#exchange, roles, fields);
    return connection.joinHead(beginning, fields, connectionLine, end);
  }

  /** Settles the framing. @returns its field line, where there is one, and the empty line that ends the head */
  #decideFraming(length: number | undefined, roles: number, isHead: boolean): string {
    if ((roles & (FieldRole.contentLength | FieldRole.transferEncoding)) !== 0) this.#readDeclared(roles);
    if (hasNoContent(this.#statusCode)) return this.#withoutContent(length);
    if (this.#exchange.isConnect && this.#statusCode < 300) {
      // A client takes a 2xx for the tunnel, which only `upgrade` opens. It is the request that asks for too much.
      throw new Http1Error('HTTP1_CONNECT_NOT_IMPLEMENTED');
    }
    if (this.#statusCode === 205 && length !== 0) throw new HttpError('HTTP_CONTENT_NOT_ALLOWED', '205');
    if (this.#framing === Framing.length) {
      // The length is the application's: what it ends with has to agree before anything is sent.
      if (length !== undefined && length !== this.#remaining && !(isHead && length === 0)) {
        this.#framing = Framing.undecided;
        throw new HttpError('HTTP_CONTENT_LENGTH_MISMATCH', `${this.#remaining} declared, ${length} sent`);
      }
      return '\r\n';
    }
    if (length !== undefined && this.#trailers === undefined) return this.#withLength(length, isHead);
    if (isHead) {
      this.#framing = Framing.none;
      return '\r\n';
    }
    if (this.#exchange.minorVersion === 0) {
      this.#framing = Framing.untilClose;
      this.#exchange.connection.closeAfterResponse();
      return '\r\n';
    }
    this.#framing = Framing.chunked;
    return 'transfer-encoding: chunked\r\n\r\n';
  }

  #withLength(length: number, isHead: boolean): string {
    this.#framing = isHead ? Framing.none : Framing.length;
    this.#remaining = length;
    // An empty answer to HEAD says nothing of what GET would give.
    return isHead && length === 0 ? '\r\n' : contentLengthEnd(length);
  }

  /** 204, 304: no content, and for 204 no length either (RFC 9110 8.6, RFC 9112 6.3). */
  #withoutContent(length: number | undefined): string {
    if (length === undefined || length > 0) throw new HttpError('HTTP_CONTENT_NOT_ALLOWED', String(this.#statusCode));
    if (this.#framing === Framing.length && this.#statusCode === 204) {
      this.#framing = Framing.undecided;
      if (this.#remaining > 0) throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Content-Length with status 204');
      this.#headers!.delete('content-length');
    }
    this.#framing = Framing.none;
    return '\r\n';
  }

  /** Content-Length or Transfer-Encoding that the application has set. */
  #readDeclared(roles: number): void {
    const fields = this.#headers!;
    if ((roles & FieldRole.transferEncoding) !== 0) {
      if (fields.get('transfer-encoding')!.toLowerCase() !== 'chunked') {
        throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Transfer-Encoding other than chunked');
      }
      // Chunks are framed here, and said so here.
      fields.delete('transfer-encoding');
    }
    const declared = fields.getAll('content-length');
    if (declared.length === 0) return;
    if (declared.length > 1 || !/^\d{1,15}$/.test(declared[0]!)) {
      throw new HttpError('HTTP_FIELD_VALUE_INVALID', 'Content-Length');
    }
    if (this.#trailers !== undefined) throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Content-Length beside trailers');
    this.#framing = Framing.length;
    this.#remaining = Number(declared[0]);
  }

  /** The last changes before an upgrade is answered. */
  prepareUpgrade(): FieldSection {
    this.#callOnStarting();
    return this.headers as FieldSection;
  }

  /** The answer to an upgrade is out: nothing of this response can follow. */
  handOver(): void {
    this.#hasStarted = true;
    this.#hasEnded = true;
  }

  clear(): void {
    this.beforeChange();
    this.#statusCode = 200;
    this.#reasonPhrase = '';
    this.#headers = undefined;
    this.#trailers = undefined;
    this.#first = undefined;
    this.#framing = Framing.undecided;
  }

  /** Back to an empty response that nobody changes any more, for the error that takes its place. */
  reset(): void {
    this.clear();
    this.#onStarting = undefined;
  }
}

const hasNoContent = (statusCode: number): boolean => statusCode === 204 || statusCode === 304;

/**
 * Content as it is counted and sent: bytes, or text in which each character is a byte. Text of ASCII alone, which is
 * nearly all, stays as it is.
 */
const wireContent = (content: Uint8Array | string): Uint8Array | string => {
  if (typeof content !== 'string' || content === lastAsciiContent) return content;
  if (Buffer.byteLength(content) !== content.length) return Buffer.from(content, 'utf8');
  if (content.length <= longestRemembered) lastAsciiContent = content;
  return content;
};

/** Many handlers send one and the same text, which need not be looked through each time. */
let lastAsciiContent = '';
const longestRemembered = 1024;

const sendContent = (output: Output, content: Uint8Array | string): void => {
  if (typeof content === 'string') output.text(content);
  else output.bytes(content);
};
