import { contentBytes } from './exchange/content-bytes.ts';
import type { HttpResponseBodyFeature } from './features/http-response-body.ts';
import type { PieceReader } from './piece-reader.ts';

/** Sends content piece by piece; can be stopped while it waits for the next piece. */
export class PieceSending {
  readonly #pieces: PieceReader;
  readonly #body: () => HttpResponseBodyFeature;
  readonly #isEnough: () => boolean;
  readonly #promise: Promise<void>;
  #resolve!: () => void;
  #reject!: (reason: unknown) => void;
  #isSettled = false;

  /**
   * @param body returns the body to write to, which middleware may replace while the request runs
   * @param isEnough called after each piece: whether the rest need not be read
   */
  constructor(pieces: PieceReader, body: () => HttpResponseBodyFeature, isEnough: () => boolean) {
    this.#pieces = pieces;
    this.#body = body;
    this.#isEnough = isEnough;
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Sends every piece and ends the response. Rejects with the error of the source, or the reason of `stop`. */
  run(): Promise<void> {
    this.#sendAll().catch((error: unknown) => this.stop(error));
    return this.#promise;
  }

  /** Closes the source, even during a pending read. Does nothing once everything has been sent. */
  stop(reason: unknown): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#pieces.close();
    this.#reject(reason);
  }

  async #sendAll(): Promise<void> {
    for (let next = await this.#pieces.next(); !next.done; next = await this.#pieces.next()) {
      if (this.#isSettled) return;
      const piece = contentBytes(next.value);
      const body = this.#body();
      if (piece.length > 0 && !body.write(piece)) await body.drained();
      if (this.#isEnough()) {
        this.#pieces.close();
        break;
      }
    }
    if (this.#isSettled) return;
    this.#body().end();
    this.#isSettled = true;
    this.#resolve();
  }
}
