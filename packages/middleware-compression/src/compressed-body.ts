import { Buffer } from 'node:buffer';
import {
  type HttpContext,
  HttpError,
  HttpRequestLifetimeFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  handled,
} from '@windhover/http';
import { CodedContent } from './coded-content.ts';
import { chooseCoding, declaredLength } from './negotiation.ts';
import type { ResolvedCompressionOptions } from './options.ts';

/** Bytes of content that are held until the end of the turn. Above it, the decision is made at once. */
const maxHeld = 64 * 1024;

/**
 * - `undecided`: nothing has been written.
 * - `held`: content was written in this turn. If the end follows in the same turn, the length is known.
 * - `plain`: content is passed on unchanged.
 * - `coded`: content is compressed, or left out in a response to HEAD.
 * - `failed`: the start of the response has failed, and held content is lost. Nothing may follow it.
 */
type State = 'undecided' | 'held' | 'plain' | 'coded' | 'failed';

/** The body that handlers write to. The first content decides whether the response is compressed. */
export class CompressedBody implements HttpResponseBodyFeature {
  readonly #context: HttpContext;
  readonly #inner: HttpResponseBodyFeature;
  readonly #response: HttpResponseFeature;
  readonly #options: ResolvedCompressionOptions;
  #state: State = 'undecided';
  /** The error of the state `failed`. */
  #failure: unknown;
  #hasEnded = false;
  #held: (Uint8Array | string)[] = [];
  #heldSize = 0;
  /** Stops waiting for the end of the turn. */
  #release: (() => void) | undefined;
  #coded: CodedContent | undefined;
  /** Content-Length that the handler has set, which compression removes from the response. */
  #declaredLength: number | undefined;
  /** Bytes passed to the encoder. */
  #codedLength = 0;

  constructor(context: HttpContext, options: ResolvedCompressionOptions) {
    this.#context = context;
    this.#inner = context.features.require(HttpResponseBodyFeature);
    this.#response = context.features.require(HttpResponseFeature);
    this.#options = options;
  }

  get hasEnded(): boolean {
    return this.#hasEnded || this.#inner.hasEnded;
  }

  start(): void {
    this.#checkWritable();
    if (this.#state === 'undecided' || this.#state === 'held') this.#stream();
    if (!this.#response.hasStarted) this.#inner.start();
  }

  write(content: Uint8Array | string): boolean {
    if (this.#state === 'plain') return this.#inner.write(content);
    this.#checkWritable();
    if (this.#state === 'coded') return this.#writeCoded(content);
    this.#hold(content);
    if (this.#state === 'undecided') this.#holdTurn();
    if (this.#heldSize < maxHeld) return true;
    return this.#stream();
  }

  drained(): Promise<void> {
    if (this.#state === 'held') this.#stream();
    return this.#coded === undefined ? this.#inner.drained() : this.#coded.drained();
  }

  end(content?: Uint8Array | string): void {
    if (this.#state === 'plain') return this.#inner.end(content);
    if (this.hasEnded) {
      if (content !== undefined) throw new HttpError('HTTP_RESPONSE_ENDED');
      return;
    }
    this.#checkWritable();
    if (this.#state === 'coded') return this.#endCoded(content);
    if (content !== undefined) this.#hold(content);
    // A response to HEAD may have a Content-Length without content.
    this.#decide(this.#isHead && this.#heldSize === 0 ? undefined : this.#heldSize);
    const held = this.#takeHeld();
    if (this.#isCoded) this.#endCoded(held);
    else this.#inner.end(held);
  }

  discard(): void {
    this.#release?.();
    this.#coded?.close();
    this.#coded = undefined;
    this.#codedLength = 0;
    this.#takeHeld();
    this.#state = 'undecided';
    this.#failure = undefined;
    this.#hasEnded = false;
    this.#inner.discard?.();
  }

  get #isCoded(): boolean {
    return this.#state === 'coded';
  }

  get #isHead(): boolean {
    return this.#context.request.method === 'HEAD';
  }

  #checkWritable(): void {
    if (this.#state === 'failed') throw this.#failure;
    if (this.hasEnded) throw new HttpError('HTTP_RESPONSE_ENDED');
  }

  #hold(content: Uint8Array | string): void {
    this.#held.push(content);
    this.#heldSize += typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  }

  #takeHeld(): Uint8Array | string | undefined {
    const held = this.#held;
    this.#held = [];
    this.#heldSize = 0;
    return held.length > 1 ? Buffer.concat(held.map(bytesOf)) : held[0];
  }

  /** Waits for the end of the turn, because the content may be complete by then. */
  #holdTurn(): void {
    this.#state = 'held';
    const over = new Promise<void>((resolve, reject) => {
      const immediate = setImmediate(() => {
        // A decision would resolve the promise, and then it could not reject.
        this.#release = undefined;
        try {
          this.#stream();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      this.#release = () => {
        clearImmediate(immediate);
        resolve();
      };
    });
    this.#response.waitFor(handled(over));
  }

  /** Decides without knowing the length, and passes on the held content. @returns as `write` */
  #stream(): boolean {
    this.#decide(undefined);
    const held = this.#takeHeld();
    try {
      if (!this.#isCoded) return held === undefined || this.#inner.write(held);
      this.#inner.start();
      return held === undefined || this.#writeCoded(held);
    } catch (error) {
      this.#state = 'failed';
      this.#failure = error;
      throw error;
    }
  }

  #writeCoded(content: Uint8Array | string): boolean {
    const bytes = bytesOf(content);
    this.#codedLength += bytes.length;
    return this.#coded?.write(bytes) ?? true;
  }

  /** @param length of the whole content; `undefined` if unknown */
  #decide(length: number | undefined): void {
    this.#release?.();
    this.#declaredLength = declaredLength(this.#response.headers);
    const coding = chooseCoding(this.#context.request.headers, this.#response, length, this.#options);
    this.#state = coding === undefined ? 'plain' : 'coded';
    if (coding === undefined || this.#isHead) return;
    const coded = new CodedContent(this.#inner, coding, this.#options.levels[coding]);
    this.#coded = coded;
    this.#context.features.get(HttpRequestLifetimeFeature)?.onClosed(() => coded.close());
    this.#response.onCompleted(() => coded.close());
  }

  #endCoded(content: Uint8Array | string | undefined): void {
    if (this.#coded !== undefined) {
      const last = content === undefined ? undefined : bytesOf(content);
      this.#checkLength(this.#codedLength + (last?.length ?? 0));
      this.#hasEnded = true;
      this.#response.waitFor(this.#coded.end(last));
      return;
    }
    this.#hasEnded = true;
    // HEAD: the length of the compressed content is unknown.
    this.#inner.start();
    this.#inner.end();
  }

  /** The server cannot compare the length, and truncated content would look complete. */
  #checkLength(length: number): void {
    if (this.#declaredLength === undefined || this.#declaredLength === length) return;
    throw new HttpError('HTTP_CONTENT_LENGTH_MISMATCH', `${this.#declaredLength} declared, ${length} sent`);
  }
}

const bytesOf = (content: Uint8Array | string): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;
