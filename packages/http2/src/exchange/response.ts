import { Buffer } from 'node:buffer';
import type { FieldSection } from '@windhover/http';
import { ExchangeResponse } from '@windhover/http/exchange';
import type { Http2Exchange } from './exchange.ts';
import { Http2RefusalError } from './refusal-errors.ts';

/** Longer text is encoded by the engine; shorter text is checked for ASCII here. */
const longestText = 4096;

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

/**
 * The response of one HTTP/2 exchange: writes its head as HEADERS, its content as DATA, and the end as a flag of the last
 * frame.
 *
 * Source: RFC 9113 section 8.1
 */
export class Http2Response extends ExchangeResponse<Http2Exchange> {
  protected override get isGone(): boolean {
    return this.exchange.isGone;
  }

  protected override get isUnderPressure(): boolean {
    return this.exchange.stream.output.isUnderPressure;
  }

  protected override get allowsLengthWithTrailers(): boolean {
    return true;
  }

  protected override requestFlush(): void {
    this.exchange.connection.holdBack(this.exchange);
  }

  override drained(): Promise<void> {
    return this.exchange.stream.output.drained();
  }

  protected override wireText(text: string): Uint8Array | string {
    return text.length <= longestText && isAscii(text) ? text : Buffer.from(text);
  }

  /** A client treats a 2xx as the tunnel, which only `upgrade` and `accept` open. */
  protected override tunnelMissing(): Error {
    return new Http2RefusalError('HTTP2_CONNECT_NOT_IMPLEMENTED');
  }

  protected override writeHead(length: number | undefined): void {
    this.#sendHead(length, !this.hasContent);
  }

  protected override writeMessage(length: number | undefined, content: Uint8Array | string): void {
    const isEmpty = content.length === 0;
    this.#sendHead(length, isEmpty);
    if (isEmpty) return;
    this.exchange.stream.output.end(content, false);
    this.exchange.expectRate(content.length);
  }

  protected override writeContent(content: Uint8Array | string): void {
    this.exchange.stream.output.write(content);
    this.exchange.expectRate(content.length);
  }

  protected override writeEnd(trailers: FieldSection | undefined): void {
    const { stream } = this.exchange;
    const hasTrailers = trailers !== undefined && trailers.size > 0;
    if (hasTrailers) stream.trailers = trailers;
    stream.output.end('', hasTrailers);
  }

  /** The message would be malformed for the client: the error code says that the server caused it. */
  protected override contentBroken(): void {
    this.exchange.cutOff(undefined);
  }

  #sendHead(length: number | undefined, endsStream: boolean): void {
    const { exchange } = this;
    // A callback of `onStarting` may have aborted the request.
    if (exchange.isGone) return;
    exchange.connection.sendHead(exchange.stream, this.statusCode, this.fields, length ?? -1, endsStream);
    if (endsStream) exchange.stream.outputEnded();
  }
}
