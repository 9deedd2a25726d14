import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { RawClient } from '../../../../tools/test-support/raw-client.ts';
import { until } from '../../../../tools/test-support/until.ts';
import windhover from '../../src/index.ts';
import { type Message, readMessages } from './messages.ts';

export interface Outcome {
  readonly messages: readonly Message[];
  /** Everything that the handler and the listeners of the server reported, in order. */
  readonly seen: readonly unknown[];
}

/** Reports values that are compared. An error is compared by its code. */
export type See = (...values: unknown[]) => void;

/** A handler that reports what it observes. */
export type Observed = (request: IncomingMessage, response: ServerResponse, see: See) => unknown;

/** What a client does: sends a text, waits for a text of the server or of the handler, ends its side, resets. */
export type Step =
  | string
  | { readonly awaits: string }
  | { readonly awaitsSeen: unknown }
  | { readonly does: 'end' | 'reset' };

export interface Case {
  readonly name: string;
  readonly sent: string | readonly Step[];
  readonly handler: Observed;
  readonly options?: ServerOptions;
  /** Adds listeners before the server listens. */
  readonly prepare?: (server: Server, see: See, module: typeof http) => void;
  /** How many final responses end the exchange; default the number of requests. The end of the connection always does. */
  readonly responses?: number;
  /** The case differs as a row of DIFFERENCES.md says. */
  readonly differs?: { readonly row: string; readonly here: Partial<Outcome> };
  /** The outcome that `node:http` has in some versions of Node.js only, and the outcome of Windhover there. */
  readonly fault?: { readonly node: Partial<Outcome>; readonly here: Partial<Outcome> };
  /** Whether this version of Node.js lacks what the case calls. */
  readonly isUnsupported?: boolean;
}

/** What comes of a case on each of the two servers. */
export const outcomesOf = async (each: Case): Promise<{ node: Outcome; ours: Outcome }> => ({
  node: await new Run(each, http).outcome(),
  ours: await new Run(each, windhover as unknown as typeof http).outcome(),
});

/** The two servers have different defaults. */
export const keepAliveTimeout = 65_000;

const methodLine = /^([A-Z]+) \S+ HTTP\/1\.[01]\r$/gm;

/** One case on one server, from `listen` to the end of its connection. */
class Run {
  readonly #case: Case;
  readonly #module: typeof http;
  readonly #seen: unknown[] = [];
  readonly #methods: readonly string[];
  #open = 0;
  #sockets = 0;

  constructor(each: Case, module: typeof http) {
    this.#case = each;
    this.#module = module;
    const bytes =
      typeof each.sent === 'string' ? each.sent : each.sent.filter((step) => typeof step === 'string').join('');
    this.#methods = [...bytes.matchAll(methodLine)].map(([, method]) => method!);
  }

  async outcome(): Promise<Outcome> {
    const { options = {}, prepare } = this.#case;
    const server = this.#module.createServer({ keepAliveTimeout, ...options }, (request, response) =>
      this.#handle(request, response),
    );
    prepare?.(server, this.#see, this.#module);
    server.on('connection', (socket) => (this.#sockets++, socket.once('close', () => this.#sockets--)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const client = await RawClient.open<RawClient<Socket>>({ port, host: '127.0.0.1' });
    try {
      await this.#converse(client);
      // Node.js 22 never closes a request that follows a response with `Connection: close`.
      await until(() => this.#open === 0 || (this.#module === http && this.#sockets === 0));
    } finally {
      client.stream.destroy();
      server.close();
      server.closeAllConnections();
    }
    return { messages: this.#messagesTo(client).messages, seen: this.#seen };
  }

  #messagesTo({ received, hasEnded }: RawClient) {
    return readMessages(received, this.#methods, hasEnded);
  }

  readonly #see: See = (...values) => void this.#seen.push(values.map(comparable));

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.#open += 2;
    const closed = (): void => void this.#open--;
    request.once('close', closed);
    response.once('close', closed);
    void this.#case.handler(request, response, this.#see);
  }

  async #converse(client: RawClient<Socket>): Promise<void> {
    const { sent, responses = this.#methods.length } = this.#case;
    for (const step of typeof sent === 'string' ? [sent] : sent) await this.#step(client, step);
    await client.when(() => responses > 0 && this.#messagesTo(client).complete >= responses);
    client.stream.end();
  }

  async #step(client: RawClient<Socket>, step: Step): Promise<void> {
    if (typeof step === 'string') client.send(step);
    else if ('awaits' in step) await until(() => client.received.includes(step.awaits));
    else if ('awaitsSeen' in step)
      await until(() => JSON.stringify(this.#seen).includes(JSON.stringify(step.awaitsSeen)));
    else if (step.does === 'end') client.stream.end();
    else client.stream.resetAndDestroy();
  }
}

/** An error by its code and name; other values as they are. */
export const comparable = (value: unknown): unknown => {
  if (!(value instanceof Error)) return value;
  return { code: (value as NodeJS.ErrnoException).code, name: value.name };
};
