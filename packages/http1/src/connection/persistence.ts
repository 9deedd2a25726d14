import { FieldRole, type FieldSection, type HttpLimits } from '@windhover/http';
import type { RequestDecoder } from '@windhover/http1-codec';
import type { Http1Exchange } from '../exchange/exchange.ts';

/** The option `close` in the value of a Connection field (RFC 9110 7.6.1). */
const closeOption = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i;

/**
 * Decides with each response whether the connection is used again.
 *
 * Source: RFC 9112 section 9.3
 */
export class Persistence {
  readonly #limits: HttpLimits;
  readonly #decoder: RequestDecoder;
  #requestCount = 0;
  #endsWithResponse = false;
  /** Whether the server wants the connection to end. */
  isCloseRequested = false;

  constructor(limits: HttpLimits, decoder: RequestDecoder) {
    this.#limits = limits;
    this.#decoder = decoder;
  }

  /** Requests of this connection so far. */
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
   * Decides whether the connection stays after a response.
   *
   * @param fields of the response, as the application has set them
   * @returns the Connection option to add to them; empty for none
   */
  optionFor(exchange: Http1Exchange, fields: FieldSection | undefined): '' | 'close' | 'keep-alive' {
    const hasOwn = fields !== undefined && (fields.roles & FieldRole.connection) !== 0;
    const saysClose = hasOwn && closeOption.test(fields.get('connection')!);
    if (!saysClose && this.#staysAfter(exchange)) return exchange.minorVersion === 0 && !hasOwn ? 'keep-alive' : '';
    this.#endsWithResponse = true;
    return saysClose ? '' : 'close';
  }

  #staysAfter(exchange: Http1Exchange): boolean {
    if (this.#endsWithResponse || this.isCloseRequested || !exchange.allowsKeepAlive) return false;
    const { maxRequestsPerConnection } = this.#limits;
    if (maxRequestsPerConnection !== null && this.#requestCount >= maxRequestsPerConnection) return false;
    if (!exchange.canHaveBody || exchange.bodyIfAny?.hasBegun) return true;
    // A peer that waits for a 100 may send its content or not, and too much content is not waited for.
    const left = this.#decoder.remainingContent - this.#decoder.buffered;
    return !exchange.owesContinue && left <= this.#limits.maxRequestDrainSize;
  }
}
