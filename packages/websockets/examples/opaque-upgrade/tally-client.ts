import { once } from 'node:events';
import { type Socket } from 'node:net';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { tallyProtocol } from './tally.ts';

/** Asks a server to speak the protocol from now on. @throws Error with the status of a server that does not */
export const openTally = async (url: string): Promise<Tally> => {
  const asking = request(url, { headers: { connection: 'Upgrade', upgrade: tallyProtocol } }).end();
  const refused = once(asking, 'response').then(([response]) => {
    asking.destroy();
    throw new Error(`The server answers ${(response as { statusCode: number }).statusCode}`);
  });
  const [, socket] = (await Promise.race([once(asking, 'upgrade'), refused])) as [unknown, Socket];
  return new Tally(socket);
};

/** The client's side. */
export class Tally {
  readonly #socket: Socket;
  readonly #answers: AsyncIterator<string>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  }

  /** @returns the sum so far; `undefined` when the server has had enough */
  async add(number: number | string): Promise<number | undefined> {
    this.#socket.write(`${number}\n`);
    const { value } = await this.#answers.next();
    return value === undefined || value === '?' ? undefined : Number(value);
  }

  end(): void {
    this.#socket.end();
  }
}
