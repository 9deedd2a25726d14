import type { HttpContext } from '@windhover/http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WindhoverServer } from '../src/index.ts';
import { random as randomFrom } from '../../../tools/test-support/random.mjs';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type SocketClient, get } from './support/client.ts';
import { application, clientOf, startOnLoopback, stopServers } from './support/server.ts';

/** Errors that would have ended the process. */
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
let before: { rejection: NodeJS.UnhandledRejectionListener[]; exception: NodeJS.UncaughtExceptionListener[] };

beforeAll(() => {
  before = {
    rejection: process.listeners('unhandledRejection'),
    exception: process.listeners('uncaughtException'),
  };
  process.removeAllListeners('unhandledRejection').removeAllListeners('uncaughtException');
  process.on('unhandledRejection', note).on('uncaughtException', note);
});

afterAll(() => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  for (const listener of before.rejection) process.on('unhandledRejection', listener);
  for (const listener of before.exception) process.on('uncaughtException', listener);
});

afterEach(async () => {
  await stopServers();
  const errors = uncaught.splice(0);
  if (errors.length > 0) throw new AggregateError(errors, 'errors that would have ended the process');
});

const big = Buffer.alloc(4 * 1024 * 1024, 'x');

/** An application with a route for each activity during which a client can be killed. */
const busy = application(async (context: HttpContext) => {
  const { request, response } = context;
  switch (request.path) {
    case '/big':
      return response.send(big);
    case '/pieces':
      for (let piece = 0; piece < 200; piece++) await response.write(big.subarray(0, 65_536));
      return;
    case '/iterate':
      return response.send(
        (async function* () {
          for (let piece = 0; piece < 200; piece++) {
            await turns();
            yield big.subarray(0, 32_768);
          }
        })(),
      );
    case '/slow':
      await turns(20);
      return response.send('slow');
    case '/aborted':
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      return;
    case '/read':
      return response.send(String((await request.bytes()).length));
    case '/pipe':
      return response.send(request.body);
    default:
      return response.send('ok');
  }
});

const post = (target: string, length: number): string =>
  `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;

/** Checks that no connection is left and that the server still answers. */
const expectAllWell = async (server: WindhoverServer, ...clients: SocketClient[]): Promise<void> => {
  await Promise.all(clients.map((client) => client.closed));
  await until(() => server.connectionCount === 0);
  const client = await clientOf(server);
  expect(await client.get('/after').answered()).toMatchObject({ status: 200, content: 'ok' });
  client.kill(false);
  await until(() => server.connectionCount === 0);
};

describe.each([
  ['with a reset', true, ['/slow', '/aborted']],
  // A client that ends its side in order may still wait for its answer, so that is no abort.
  ['in order', false, ['/slow']],
])('a client that vanishes %s', (_name, reset, waiting) => {
  const vanish = async (...steps: ((client: SocketClient) => void | Promise<unknown>)[]): Promise<void> => {
    const { server } = await startOnLoopback(busy);
    const client = await clientOf(server);
    await until(() => server.connectionCount === 1);
    for (const step of steps) await step(client);
    await turns(3);
    client.kill(reset);
    await expectAllWell(server, client);
  };

  it('before the first byte', async () => {
    await expect(vanish()).resolves.toBeUndefined();
  });

  it('in the middle of a head', async () => {
    await expect(vanish((client) => void client.send('GET / HTTP/1.1\r\nHo'))).resolves.toBeUndefined();
  });

  it('between two requests', async () => {
    await expect(vanish((client) => client.get('/').answered())).resolves.toBeUndefined();
  });

  it.each(['/read', '/pipe', '/'])('in the middle of the content of a request for %s', async (target) => {
    const part = post(target, 100_000) + 'x'.repeat(50_000);
    await expect(vanish((client) => void client.send(part))).resolves.toBeUndefined();
  });

  it('in the middle of a chunk', async () => {
    const part = 'POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc';
    await expect(vanish((client) => void client.send(part))).resolves.toBeUndefined();
  });

  it('while it waits for 100 (Continue)', async () => {
    const head = post('/read', 10).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n');
    await expect(vanish((client) => void client.send(head))).resolves.toBeUndefined();
  });

  it.each(['/big', '/pieces', '/iterate'])('in the middle of the response of %s', async (target) => {
    const begun = (client: SocketClient): Promise<void> => client.when(() => client.rest.length > 65_536);
    await expect(vanish((client) => void client.get(target), begun)).resolves.toBeUndefined();
  });

  it.each(['/big', '/pieces', '/iterate'])('having read nothing of the response of %s', async (target) => {
    const deaf = (client: SocketClient): void => void client.stream.pause();
    await expect(
      vanish(
        deaf,
        (client) => void client.get(target),
        () => turns(20),
      ),
    ).resolves.toBeUndefined();
  });

  it.each(waiting)('while the handler of %s runs', async (target) => {
    await expect(vanish((client) => void client.get(target))).resolves.toBeUndefined();
  });

  it('with requests in the pipeline', async () => {
    const requests = get('/slow') + get('/big') + get('/') + get('/iterate');
    await expect(vanish((client) => void client.send(requests))).resolves.toBeUndefined();
  });

  it('while the server stops', async () => {
    const { server } = await startOnLoopback(busy);
    const targets = [...waiting, '/big', '/pieces', '/iterate'];
    const clients = await Promise.all(targets.map(() => clientOf(server)));
    for (const [at, target] of targets.entries()) clients[at]!.get(target);
    await turns(5);
    const stopping = server.stop();
    await turns(2);
    for (const client of clients) client.kill(reset);
    await stopping;
    expect(server.connectionCount).toBe(0);
  });
});

describe('hundreds of clients that vanish at random', () => {
  const targets = ['/', '/big', '/pieces', '/iterate', '/slow'];

  it.each([1, 2, 3])('leave nothing behind (seed %i)', async (seed) => {
    const { next: random, pick } = randomFrom(seed);
    const { server } = await startOnLoopback(busy);

    /** One request, or a few in the pipeline, with or without content. */
    const anyBytes = (reset: boolean): string => {
      const any = reset ? [...targets, '/aborted'] : targets;
      let text = '';
      for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
        const length = Math.floor(random() * 2000);
        text += random() < 0.5 ? get(pick(any)) : post(pick(['/read', '/pipe', '/']), length) + 'x'.repeat(length);
      }
      return random() < 0.5 ? text : text.slice(0, Math.floor(random() * text.length));
    };

    const live = async (): Promise<void> => {
      const client = await clientOf(server);
      const reset = random() < 0.6;
      if (random() < 0.2) client.stream.pause();
      const text = anyBytes(reset);
      const cut = Math.floor(random() * text.length);
      client.send(text.slice(0, cut));
      await turns(Math.floor(random() * 10));
      client.send(text.slice(cut));
      await turns(Math.floor(random() * 30));
      if (!reset && random() < 0.2) client.stream.end();
      await turns(Math.floor(random() * 3));
      client.kill(reset);
      await client.closed;
    };

    for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 60 }, live));
    await expectAllWell(server);
  });
});

describe('operations that a handler does not await', () => {
  it.each<[string, (context: HttpContext) => unknown]>([
    ['a write', ({ response }) => response.write(big)],
    ['a second write', ({ response }) => [response.write(big), response.write(big)]],
    ['reading the content', ({ request }) => request.text()],
  ])('%s: the client vanishes, and the process keeps running', async (_name, begin) => {
    let begun = false;
    let isOver = false;
    const { server } = await startOnLoopback(
      application(async (context) => {
        if (context.request.path === '/after') return context.response.send('ok');
        void begin(context);
        begun = true;
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        await turns(2);
        isOver = true;
      }),
    );
    const client = await clientOf(server);
    client.stream.pause();
    client.send(post('/', 10));
    await until(() => begun);
    client.kill(true);
    await until(() => isOver);
    await expectAllWell(server, client);
  });
});
