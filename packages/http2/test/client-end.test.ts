import { ConnectionSocketFeature } from '@windhover/connections';
import { HttpRequestLifetimeFeature, HttpUpgradeFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { uncaughtExceptions } from '../../../tools/test-support/uncaught-exceptions.ts';
import { type Served, echo, serve } from './support/serve.ts';

const get = '[:method=GET] [:scheme=http] [:authority=a] [:path=/]';
const post = '[:method=POST] [:scheme=http] [:authority=a] [:path=/]';

describe('a client that ends its side of the connection', () => {
  it('an incomplete request: its read rejects, its signal aborts, and the stream is reset', async () => {
    let signal: AbortSignal | undefined;
    const failures: unknown[] = [];
    const served = serve(async (context) => {
      ({ signal } = context);
      await context.request.bytes().catch((error: unknown) => failures.push(error));
    });
    served.send(`HEADERS END_HEADERS 1: ${post}\nDATA 1: "half"`);
    await served.settled();

    served.connection.receiver.ended();

    expect(await served.settled()).toContain('RST_STREAM 1 PROTOCOL_ERROR');
    expect(signal!.aborted).toBe(true);
    expect(failures).toHaveLength(1);
    expect(served.badRequests.map(({ code }) => code)).toEqual(['HTTP2_REQUEST_INCOMPLETE']);
    expect(served.connection.hasEnded).toBe(true);
  });

  it('a complete request that runs: its signal aborts, it is answered, then the server ends its side', async () => {
    const { promise, resolve } = deferred();
    let signal: AbortSignal | undefined;
    const served = serve(async (context) => {
      ({ signal } = context);
      await promise;
      await echo(context);
    });
    served.send(`HEADERS END_HEADERS,END_STREAM 1: ${get}`);

    served.connection.receiver.ended();
    expect(signal!.reason).toMatchObject({
      code: 'HTTP_REQUEST_ABORTED',
      message: expect.stringContaining('ended its side') as string,
    });
    expect(served.connection.hasEnded).toBe(false);
    resolve();

    expect(await served.settled()).toContain('DATA 1 "hello" end');
    expect(served.connection.hasEnded).toBe(true);
  });

  it('a signal that is read later: has aborted', async () => {
    let aborted: boolean | undefined;
    const { promise, resolve } = deferred();
    const served = serve(async (context) => {
      await promise;
      aborted = context.signal.aborted;
    });
    served.send(`HEADERS END_HEADERS,END_STREAM 1: ${get}`);
    served.connection.receiver.ended();
    resolve();
    await served.settled();
    expect(aborted).toBe(true);
  });

  it('a handler that throws the reason: the stream is cancelled, nothing is reported, others are answered', async () => {
    const { promise, resolve } = deferred();
    const served = serve(async (context) => {
      if (context.request.path === '/wait') {
        await new Promise<never>((_, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
        });
      }
      await promise;
      await echo(context);
    });
    served.send(`HEADERS END_HEADERS,END_STREAM 1: ${get.replace('path=/', 'path=/wait')}`);
    served.send(`HEADERS END_HEADERS,END_STREAM 3: ${get}`);

    served.connection.receiver.ended();
    expect(await served.settled()).toContain('RST_STREAM 1 CANCEL');
    resolve();

    expect(await served.settled()).toContain('DATA 3 "hello" end');
    expect(served.applicationErrors).toEqual([]);
    expect(served.connection.hasEnded).toBe(true);
  });

  it.each([
    [
      'at once and every second, while a handler runs',
      `HEADERS END_HEADERS,END_STREAM 1: ${get}`,
      ['true 15000', '""', 'true 15000', '""'],
    ],
    ['never, without a stream', 'PING: 0000000000000000', []],
  ])('the client is probed %s', (_title, sent, expected) => {
    const probes: string[] = [];
    const served = serve(() => new Promise<void>(() => {}));
    served.connection.set(ConnectionSocketFeature, {
      socket: {
        writable: true,
        writableLength: 0,
        setKeepAlive: (on: boolean, delay: number) => probes.push(`${on} ${delay}`),
        write: (bytes: string) => probes.push(JSON.stringify(bytes)),
      } as never,
    });
    served.send(sent);
    served.connection.receiver.ended();
    served.seconds(1);
    expect(probes).toEqual(expected);
  });

  it('a response that waits for a window, which no frame can open any more: it is cancelled', async () => {
    let signal: AbortSignal | undefined;
    const served = serve(async (context) => {
      ({ signal } = context);
      await context.response.send(
        (function* () {
          for (;;) yield 'x'.repeat(1000);
        })(),
      );
    });
    served.send(`SETTINGS: 0004 00001000\nHEADERS END_HEADERS,END_STREAM 1: ${get}`);
    await served.settled();

    served.connection.receiver.ended();
    served.seconds(1);

    expect(await served.settled()).toContain('RST_STREAM 1 CANCEL');
    expect(signal!.aborted).toBe(true);
    expect(served.connection.hasEnded).toBe(true);
    expect(served.applicationErrors).toEqual([]);
  });

  it('a response that waits for the connection to drain: it is sent', async () => {
    const served = serve(({ response }) => response.send('x'.repeat(20_000)));
    served.connection.takesMore = false;
    served.send(`HEADERS END_HEADERS,END_STREAM 1: ${get}\nPING: 0000000000000000`);
    served.send(`HEADERS END_HEADERS,END_STREAM 3: ${get}`);
    await served.settled();

    served.connection.receiver.ended();
    served.seconds(1);
    served.connection.takesMore = true;
    served.connection.receiver.drained();

    expect((await served.settled()).filter((line) => line.startsWith('DATA 3')).at(-1)).toMatch(/end$/);
    expect(served.connection.hasEnded).toBe(true);
  });

  it('a stream that is reset after a complete request: content that was not read is not read as its end', async () => {
    const gate = deferred();
    const results: unknown[] = [];
    const served = serve(async ({ request }) => {
      await gate.promise;
      results.push(await request.text().catch((error: unknown) => error));
    });
    served.send(`HEADERS END_HEADERS 1: ${post}\nDATA END_STREAM 1: "all of it"\nRST_STREAM 1: CANCEL`);
    gate.resolve();
    await served.settled();
    expect(results).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED' }]);
  });

  it('a tunnel: the connection of the stream is reset', async () => {
    const closed = deferred<unknown>();
    const served = serve(({ features }) => {
      features
        .require(HttpUpgradeFeature)
        .upgrade()
        .start({
          received: () => undefined,
          drained: () => undefined,
          ended: () => undefined,
          closed: closed.resolve,
        });
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    await served.settled();

    served.connection.receiver.ended();

    expect(await closed.promise).toMatchObject({ code: 'CONNECTION_RESET' });
    expect(served.connection.hasEnded).toBe(true);
  });
});

describe('a callback of onClosed that throws', () => {
  it.each([
    ['a reset stream', (served: Served) => served.send('RST_STREAM 1: 00000008'), ['/1']],
    ['a closed connection', (served: Served) => served.connection.close(), ['/1', '/3']],
  ])('%s: an uncaught exception, and the others are called', async (_title, end, closed) => {
    const called: string[] = [];
    const served = serve(async ({ features, request, response }) => {
      if (request.path === '/5') return response.send('ok');
      const lifetime = features.require(HttpRequestLifetimeFeature);
      lifetime.onClosed(() => {
        throw new Error('not today');
      });
      lifetime.onClosed(() => void called.push(request.path));
      return new Promise(() => {});
    });
    const open = (id: number): string =>
      `HEADERS END_HEADERS,END_STREAM ${id}: [:method=GET] [:scheme=http] [:authority=a] [:path=/${id}]`;
    served.send(`${open(1)}\n${open(3)}`);
    await served.settled();
    const uncaught = await uncaughtExceptions(() => {
      end(served);
      return served.settled();
    });
    expect(called).toEqual(closed);
    expect(uncaught).toEqual(closed.map(() => expect.objectContaining({ message: 'not today' })));
    if (closed.length > 1) return;
    served.send(open(5));
    expect((await served.settled()).at(-1)).toBe('DATA 5 "ok" end');
  });
});
