/** Flow control and cancellation of a response body. */
export interface BodySource {
  /** Stops reading from the connection. */
  pause(): void;
  /** Resumes reading. */
  resume(): void;
  /** Called when the reader cancels the body. */
  cancel(): void;
}

/** Response content as a stream. A body that is not read slows its connection down. */
export class ReceivedBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #source: BodySource;

  constructor(source: BodySource) {
    this.#source = source;
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#controller = controller as ReadableStreamDefaultController<Uint8Array>),
      pull: () => source.resume(),
      cancel: () => {
        this.#controller = undefined;
        source.cancel();
      },
    });
  }

  push(bytes: Uint8Array): void {
    const controller = this.#controller;
    controller?.enqueue(bytes);
    if ((controller?.desiredSize ?? 1) <= 0) this.#source.pause();
  }

  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }

  fail(error: unknown): void {
    this.#controller?.error(error);
    this.#controller = undefined;
  }
}

const withoutBody = new Set([204, 205, 304]);

/** A received response as the platform's `Response`. */
export const responseOf = (
  status: number,
  statusText: string,
  headers: [name: string, value: string][],
  body: ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> | null,
): Response => new Response(withoutBody.has(status) ? null : body, { status, statusText, headers });
