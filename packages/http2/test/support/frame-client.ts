import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { frames } from './frames.ts';
import { SentFrames } from './sent-frames.ts';

/** A client that sends frames written as text and reads the frames of the server as lines of text, over any stream. */
export class FrameClient {
  readonly #stream: Duplex;
  readonly #sent = new SentFrames();
  readonly #lines: string[] = [];
  #received = Buffer.alloc(0);
  #hasEnded = false;
  #notify: () => void = () => undefined;

  constructor(stream: Duplex) {
    this.#stream = stream;
    stream.on('data', (piece: Buffer) => this.#take(piece));
    for (const event of ['end', 'close', 'error']) {
      stream.on(event, () => {
        this.#hasEnded = true;
        this.#notify();
      });
    }
  }

  /** Sends frames, as `frames` reads them. */
  send(text: string): void {
    this.#stream.write(frames(text));
  }

  /** The next frame of one of these types, in the format of `SentFrames`; `undefined` at the end of the connection. */
  async next(types: readonly string[]): Promise<string | undefined> {
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) {
        if (types.includes(line.split(' ', 1)[0]!)) return line;
      }
      if (this.#hasEnded) return undefined;
      await new Promise<void>((resolve) => (this.#notify = resolve));
    }
  }

  /** Resolves when the server has ended the connection. */
  async end(): Promise<void> {
    while (!this.#hasEnded) await new Promise<void>((resolve) => (this.#notify = resolve));
  }

  close(): void {
    this.#stream.destroy();
  }

  #take(piece: Buffer): void {
    const received = Buffer.concat([this.#received, piece]);
    let at = 0;
    while (received.length - at >= 9) {
      const next = at + 9 + received.readUIntBE(at, 3);
      if (next > received.length) break;
      this.#lines.push(...this.#sent.read(received.subarray(at, next)));
      at = next;
    }
    this.#received = received.subarray(at);
    this.#notify();
  }
}
