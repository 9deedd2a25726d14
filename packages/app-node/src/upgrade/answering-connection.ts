import { Buffer } from 'node:buffer';
import { type Connection, ConnectionBase, type Receiver } from '@windhover/connections';
import { type ResponseHead, parseResponseHead } from '../response-head.ts';

/**
 * Answers the request with the response that was written first.
 *
 * @returns the upgraded connection; `undefined` when the request was refused
 */
export type UpgradeAnswer = (head: ResponseHead) => Connection | undefined;

/**
 * The connection of a request, for code that answers the handshake itself, as the `upgrade` listeners of `node:http` do:
 * it writes a whole HTTP response first. That response goes through the response of the request, where the protocol
 * frames it. After a 101 every call goes to the upgraded connection; after a refusal the connection can only end.
 */
export class AnsweringConnection extends ConnectionBase {
  readonly #answer: UpgradeAnswer;
  #isAnswered = false;
  #upgraded: Connection | undefined;
  #receiver: Receiver | undefined;
  #isPaused = false;

  constructor(answer: UpgradeAnswer) {
    super();
    this.#answer = answer;
  }

  /** Called once, before the first write. */
  start(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  pause(): void {
    this.#isPaused = true;
    this.#upgraded?.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#upgraded?.resume();
  }

  /** @throws what answering throws, e.g. HttpError `HTTP_UPGRADE_NOT_POSSIBLE`, `HTTP_UPGRADE_LIMIT` */
  write(bytes: Uint8Array | string): boolean {
    if (this.#upgraded !== undefined) return this.#upgraded.write(bytes);
    const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
    const head = this.#isAnswered ? undefined : parseResponseHead(text);
    if (head === undefined) {
      this.abort(new Error('The first write must be a whole HTTP response, and the only one if it is not 101'));
      return true;
    }
    this.#isAnswered = true;
    const upgraded = this.#answer(head);
    if (upgraded !== undefined) this.#goOn(upgraded);
    return true;
  }

  #goOn(upgraded: Connection): void {
    this.#upgraded = upgraded;
    upgraded.onClosed({ closed: (_connection, error) => this.notifyClosed(error) });
    if (this.#isPaused) upgraded.pause();
    upgraded.start(this.#receiver!);
  }

  end(): void {
    if (this.#upgraded === undefined) this.#close(undefined);
    else this.#upgraded.end();
  }

  abort(reason?: Error): void {
    if (this.#upgraded === undefined) this.#close(reason);
    else this.#upgraded.abort(reason);
  }

  dispose(): void {
    if (this.#upgraded === undefined) this.#close(undefined);
    else this.#upgraded.dispose();
  }

  /** Without an upgrade nothing is left to close: the connection of the request belongs to its protocol. */
  #close(error: Error | undefined): void {
    const receiver = this.#receiver;
    this.#receiver = undefined;
    if (receiver === undefined) return;
    queueMicrotask(() => {
      receiver.closed(error);
      this.notifyClosed(error);
    });
  }
}
