import { Buffer } from 'node:buffer';
import { FieldRole, FieldSection } from '@windhover/http';
import { ContentKind, ExchangeResponse } from '@windhover/http/exchange';
import { Http1Error } from '@windhover/http1-codec';
import type { Http1Exchange } from './exchange.ts';

/**
 * The response of one HTTP/1.1 exchange: writes its head, and its content with a length, in chunks, or until the
 * connection closes.
 *
 * Source: RFC 9112 sections 4, 6 and 7
 */
export class Http1Response extends ExchangeResponse<Http1Exchange> {
  protected override get isGone(): boolean {
    return this.exchange.connection.isClosed;
  }

  protected override get isUnderPressure(): boolean {
    return this.exchange.connection.output.isUnderPressure;
  }

  protected override requestFlush(): void {
    this.exchange.connection.output.requestFlush();
  }

  override drained(): Promise<void> {
    return this.exchange.connection.output.whenDrained();
  }

  /** ASCII text, which is nearly all text, stays text: each character is a byte of latin1. */
  protected override wireText(text: string): Uint8Array | string {
    return Buffer.byteLength(text) === text.length ? text : Buffer.from(text, 'utf8');
  }

  protected override writeHead(length: number | undefined): void {
    this.exchange.connection.output.text(this.#head(length));
  }

  /** The path of nearly every response: one piece of text is cheaper than two. */
  protected override writeMessage(length: number | undefined, content: Uint8Array | string): void {
    const { output } = this.exchange.connection;
    const head = this.#head(length);
    if (typeof content === 'string') {
      output.text(head + content);
    } else {
      output.text(head);
      if (content.length > 0) output.bytes(content);
    }
  }

  protected override writeContent(content: Uint8Array | string): void {
    if (!this.#isChunked) return this.#writePlain(content);
    const { output } = this.exchange.connection;
    output.text(`${content.length.toString(16)}\r\n`);
    this.#writePlain(content);
    output.text('\r\n');
  }

  protected override writeEnd(trailers: FieldSection | undefined): void {
    if (this.#isChunked) this.exchange.connection.output.text(`0\r\n${trailers?.toWire() ?? ''}\r\n`);
  }

  /**
   * A client treats a 2xx as the tunnel, which only `upgrade` opens. The server does not support the request's tunnel.
   */
  protected override tunnelMissing(): Error {
    return new Http1Error('HTTP1_CONNECT_NOT_IMPLEMENTED');
  }

  protected override contentBroken(): void {
    this.exchange.connection.closeAfterResponse();
  }

  #writePlain(content: Uint8Array | string): void {
    const { output } = this.exchange.connection;
    if (typeof content === 'string') output.text(content);
    else output.bytes(content);
  }

  /** Content without a length ends with its last chunk; for HTTP/1.0, with the connection. */
  get #isChunked(): boolean {
    return this.kind === ContentKind.stream && this.exchange.minorVersion === 1;
  }

  #head(length: number | undefined): string {
    const { connection } = this.exchange;
    const { fields } = this;
    const content = length ?? this.#framing();
    const option = connection.connectionOption(this.exchange, fields);
    const closing = option === 'close' ? closingFields(fields) : undefined;
    if (closing !== undefined) return connection.heads.write(this.statusCode, this.reasonPhrase, closing, '', content);
    return connection.heads.write(this.statusCode, this.reasonPhrase, fields, option, content);
  }

  /** Value of Transfer-Encoding for content without a length. */
  #framing(): 'chunked' | undefined {
    if (this.kind !== ContentKind.stream) return undefined;
    if (this.#isChunked) return 'chunked';
    this.exchange.connection.closeAfterResponse();
    return undefined;
  }
}

const keepAliveOption = /(^|,)[\t ]*keep-alive[\t ]*(?=,|$)/gi;

/**
 * The fields of a response that offers to keep a connection which the server closes: with `close` instead of
 * `keep-alive`, and without Keep-Alive.
 *
 * @returns `undefined` if the fields make no such offer
 */
const closingFields = (fields: FieldSection | undefined): FieldSection | undefined => {
  if (fields === undefined || (fields.roles & FieldRole.connection) === 0) return undefined;
  if (fields.get('connection')!.search(keepAliveOption) === -1) return undefined;
  const kept = [...fields].filter(([name]) => name.toLowerCase() !== 'keep-alive');
  return FieldSection.ofReceived(
    kept.map(([name, value]) =>
      name.toLowerCase() === 'connection' ? [name, value.replace(keepAliveOption, '$1close')] : [name, value],
    ),
  );
};
