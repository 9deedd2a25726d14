import { type Answer, type Target, keptAlive, request } from './request.ts';

/** Clients that ask again and again until they are told to stop; none of them may see an error. */
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
        return this.#repeat(() => request(target, agent)).finally(() => agent.destroy());
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
