import type { Connection } from '@windhover/connections';
import { type HttpContext, HttpRequestLifetimeFeature, HttpUpgradeFeature, type UpgradeCounter } from '@windhover/http';
import { fc } from './property.ts';

const fail = (): never => {
  throw new Error('the handler failed');
};

/** The connections of requests that were upgraded: their end is no longer one of the request. */
const upgraded = new WeakMap<HttpContext, Connection>();

const upgrade = (context: HttpContext): Connection => {
  const connection = context.features.require(HttpUpgradeFeature).upgrade();
  upgraded.set(context, connection);
  return connection;
};

const whenClosed = (context: HttpContext, closed: () => void): void => {
  const connection = upgraded.get(context);
  if (connection === undefined) context.features.require(HttpRequestLifetimeFeature).onClosed(closed);
  else connection.onClosed({ closed });
};

/** What handlers do, by name. */
const operations: Readonly<Record<string, (context: HttpContext) => unknown>> = {
  'next turn': () => new Promise((resolve) => setImmediate(resolve)),
  'next microtask': () => Promise.resolve(),
  'read the content': ({ request }) => request.bytes(),
  404: ({ response }) => void (response.statusCode = 404),
  204: ({ response }) => void (response.statusCode = 204),
  'Content-Length': ({ response }) => response.headers.set('Content-Length', '6'),
  trailer: ({ response }) => response.trailers.set('x-trailer', 'a'),
  onStarting: ({ response }) => response.onStarting(() => response.headers.set('x-starting', 'a')),
  'failing onStarting': ({ response }) => response.onStarting(fail, { alsoOnError: true }),
  'failing onCompleted': ({ response }) => response.onCompleted(fail),
  write: ({ response }) => void Promise.resolve(response.write('abc')).catch(() => undefined),
  'write and wait': ({ response }) => response.write('abc'),
  'write much': ({ response }) => response.write('x'.repeat(100_000)),
  send: ({ response }) => response.send('abcdef'),
  end: ({ response }) => response.end(),
  fail,
  abort: (context) => context.abort(),
  upgrade,
  'upgrade and start': (context) => {
    const connection = upgrade(context);
    connection.start({
      received: (bytes) => void connection.write(bytes),
      drained: () => undefined,
      ended: () => connection.end(),
      closed: () => undefined,
    });
  },
  'upgrade and dispose': (context) => upgrade(context).dispose(),
  'upgrade and abort': (context) => upgrade(context).abort(),
  'wait for the end': (context) => new Promise((resolve) => whenClosed(context, () => resolve(undefined))),
};

interface Step {
  readonly operation: string;
  /** Whether a failure of the operation is one of the handler; otherwise it continues. */
  readonly isFatal: boolean;
}

/** Handlers as lists of operations, one for each request in turn. */
export const randomHandlers: fc.Arbitrary<readonly (readonly Step[])[]> = fc.array(
  fc.array(fc.record({ operation: fc.constantFrom(...Object.keys(operations)), isFatal: fc.boolean() }), {
    maxLength: 8,
  }),
  { minLength: 1, maxLength: 4 },
);

/** Runs handlers, synchronously until their first operation that waits, and counts what happens to the requests. */
export class HandlerRuns {
  /** The methods of the requests, in order. */
  readonly methods: string[] = [];
  returned = 0;
  completed = 0;
  /** Open connections that count as upgraded. */
  upgraded = 0;
  readonly #handlers: readonly (readonly Step[])[];

  constructor(handlers: readonly (readonly Step[])[]) {
    this.#handlers = handlers;
  }

  readonly handler = (context: HttpContext): void | Promise<void> => {
    const steps = this.#handlers[this.methods.length % this.#handlers.length]!;
    this.methods.push(context.request.method);
    context.response.onCompleted(() => void this.completed++);
    return this.#run(context, steps);
  };

  /** For the server. */
  readonly upgrades: UpgradeCounter = {
    enter: (connection) => {
      this.upgraded++;
      connection.onClosed({ closed: () => void this.upgraded-- });
      return true;
    },
  };

  /** Whether each handler has returned or failed. */
  get areOver(): boolean {
    return this.returned === this.methods.length;
  }

  #run(context: HttpContext, steps: readonly Step[]): void | Promise<void> {
    for (const [index, { operation, isFatal }] of steps.entries()) {
      const failed = (error: unknown): void => {
        if (!isFatal) return;
        this.returned++;
        throw error;
      };
      try {
        const pending = operations[operation]!(context);
        if (pending instanceof Promise) {
          return pending.catch(failed).then(() => this.#run(context, steps.slice(index + 1)));
        }
      } catch (error) {
        failed(error);
      }
    }
    this.returned++;
  }
}
