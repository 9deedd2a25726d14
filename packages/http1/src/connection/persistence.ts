import { FieldRole, type FieldSection, type HttpLimits, hasListMember } from '@windhover/http';
import type { RequestDecoder } from '@windhover/http1-codec';
import type { Http1Exchange } from '../exchange/exchange.ts';

/**
 * Decides for each response whether the connection is reused.
 *
 * Source: RFC 9112 section 9.3
 */
export class Persistence {
  readonly #limits: HttpLimits;
  readonly #decoder: RequestDecoder;
  #requestCount = 0;
  #endsWithResponse = false;
  /** Whether the server wants to close the connection. */
  isCloseRequested = false;

  constructor(limits: HttpLimits, decoder: RequestDecoder) {
    this.#limits = limits;
    this.#decoder = decoder;
  }

  /** Number of requests on this connection. */
  get requestCount(): number {
    return this.#requestCount;
  }

  /** Whether the current response is the last one. */
  get endsWithResponse(): boolean {
    return this.#endsWithResponse;
  }

  /** Counts a request. @returns its number, from 1 */
  nextRequest(): number {
    return ++this.#requestCount;
  }

  /** Makes the current response the last one. */
  endWithResponse(): void {
    this.#endsWithResponse = true;
  }

  /**
   * Decides whether the connection stays open after a response.
   *
   * @param fields response fields set by the application
   * @returns the Connection option to add to them; empty for none
   */
  optionFor(exchange: Http1Exchange, fields: FieldSection | undefined): '' | 'close' | 'keep-alive' {
    const own = fields !== undefined && (fields.roles & FieldRole.connection) !== 0 ? fields.get('connection')! : '';
    const saysClose = own !== '' && hasListMember(own, 'close');
    if (!saysClose && this.#staysAfter(exchange)) {
      // A connection of HTTP/1.0 only persists if the response says so.
      return exchange.minorVersion === 0 && !hasListMember(own, 'keep-alive') ? 'keep-alive' : '';
    }
    this.#endsWithResponse = true;
    return saysClose ? '' : 'close';
  }

  #staysAfter(exchange: Http1Exchange): boolean {
    if (this.#endsWithResponse || this.isCloseRequested || !exchange.allowsKeepAlive) return false;
    const { maxRequestsPerConnection } = this.#limits;
    if (maxRequestsPerConnection !== null && this.#requestCount >= maxRequestsPerConnection) return false;
    if (!exchange.canHaveBody || exchange.bodyIfAny?.hasBegun) return true;
    // A client that waits for a 100 may or may not send its content, and too much content is not awaited.
    const left = this.#decoder.remainingContent - this.#decoder.buffered;
    return !exchange.owesContinue && left <= this.#limits.maxRequestDrainSize;
  }
}
