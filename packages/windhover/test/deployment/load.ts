import { Agent, type RequestOptions, request } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Clients of one port that keep their connections and send the next request after each response. */
export class Load {
  readonly #send: typeof request;
  readonly #options: RequestOptions;
  readonly #agent: Agent;
  readonly #clients: Promise<void>[];
  readonly #failed: string[] = [];
  #answers = 0;
  #closing = 0;
  #isStopped = false;
  #whenAnswered: (() => void)[] = [];

  /** @param ca for https: the authority that the clients trust */
  constructor(port: number, clients: number, ca?: string) {
    const kept = { keepAlive: true, maxSockets: clients };
    this.#send = ca === undefined ? request : httpsRequest;
    this.#agent = ca === undefined ? new Agent(kept) : new HttpsAgent({ ...kept, ca });
    this.#options = { port, host: '127.0.0.1', agent: this.#agent, headers: { host: 'example.com' } };
    this.#clients = Array.from({ length: clients }, () => this.#ask());
  }

  /** Resolves when this many further requests have been answered or have failed. */
  async answers(count: number): Promise<void> {
    for (const last = this.#answers + count; this.#answers < last;) {
      await new Promise<void>((resolve) => void this.#whenAnswered.push(resolve));
    }
  }

  /** Number of responses after which the server closed the connection. */
  get closing(): number {
    return this.#closing;
  }

  /** @returns the outcome of every request that was not answered with 200 */
  async stop(): Promise<{ readonly failed: readonly string[] }> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
    return { failed: this.#failed };
  }

  async #ask(): Promise<void> {
    while (!this.#isStopped) {
      const outcome = await this.#answer();
      if (outcome !== '200') this.#failed.push(outcome);
      this.#answers++;
      for (const resolve of this.#whenAnswered.splice(0)) resolve();
    }
  }

  #answer(): Promise<string> {
    return new Promise((resolve) => {
      this.#send(this.#options, (answer) => {
        if (answer.headers.connection === 'close') this.#closing++;
        answer.on('end', () => resolve(String(answer.statusCode))).on('error', (error) => resolve(error.message));
        answer.resume();
      })
        .on('error', (error) => resolve(error.message))
        .end();
    });
  }
}
