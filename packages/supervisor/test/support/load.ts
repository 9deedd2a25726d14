import type { Agent } from 'node:http';
import { type Answer, type Target, isIdleClose, keptAlive, request } from './request.ts';

/** Idle milliseconds after which a stopping server closes a connection. */
const shortestIdle = 1000;

/**
 * Clients that send requests until they are stopped; none of them may see an error.
 *
 * On a busy machine a client may send its next request just after the server has closed the idle connection. No server
 * can prevent that, so the client retries on another connection, as RFC 9112 section 9.3.1 requires.
 */
export class Load {
  readonly answers: Answer[] = [];
  readonly errors: unknown[] = [];
  readonly #clients: Promise<void>[];
  #stopped = false;

  /**
   * @param fresh clients with a connection for each request
   * @param kept clients that keep theirs
   */
  constructor(target: Target, fresh: number, kept: number) {
    this.#clients = [
      ...Array.from({ length: fresh }, () => this.#repeat(() => request(target))),
      ...Array.from({ length: kept }, () => {
        const agent = keptAlive();
        return this.#repeat(askAgain(target, agent)).finally(() => agent.destroy());
      }),
    ];
  }

  async #repeat(ask: () => Promise<Answer>): Promise<void> {
    while (!this.#stopped) {
      try {
        this.answers.push(await ask());
      } catch (error) {
        this.errors.push(error);
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
  }
}

/** Retries a request if the server has closed its idle connection. */
const askAgain = (target: Target, agent: Agent): (() => Promise<Answer>) => {
  let askedAt = performance.now();
  return async () => {
    const lastAskedAt = askedAt;
    askedAt = performance.now();
    try {
      return await request(target, agent);
    } catch (error) {
      if (!isIdleClose(error) || askedAt - lastAskedAt < shortestIdle) throw error;
      return request(target, agent);
    }
  };
};
