import { type HttpContext, HttpOutcomeFeature, HttpRequestLifetimeFeature } from '@windhover/http';
import { expect, it } from 'vitest';
import { deferred } from '../test-support/deferred.ts';
import { everyProtocol } from '../test-support/hosts/every-host.ts';
import { ManualClock } from '../test-support/manual-clock.ts';
import { turns } from '../test-support/turns.ts';
import { until } from '../test-support/until.ts';

everyProtocol((host) => {
  it.each<[string, (context: HttpContext) => unknown]>([
    ['one piece', ({ response }) => response.send('x')],
    ['a stream', ({ response }) => response.write('x')],
    ['no content', ({ response }) => response.end()],
  ])('a request that an onStarting callback aborts, with %s: nothing is sent or reported', async (_title, send) => {
    const { client, applicationErrors } = await host.serve([
      async (context) => {
        context.response.onStarting(() => context.abort());
        await send(context);
      },
    ]);
    await expect(client.get('/')).rejects.toThrow(/./);
    expect(applicationErrors).toEqual([]);
  });

  it.each<[what: string, handler: (context: HttpContext) => unknown]>([
    [
      'fails after the head',
      async ({ response }) => {
        await response.write('a');
        await turns(2);
        throw new Error('broken');
      },
    ],
    ['aborts the request', (context) => context.abort()],
  ])('a handler that %s: the request is aborted for its signal, onClosed and its outcome', async (_what, handler) => {
    const notified: string[] = [];
    const isAborted = deferred<boolean>();
    const { client } = await host.serve([
      async (context) => {
        const { features, response, signal } = context;
        signal.addEventListener('abort', () => notified.push('signal'));
        features.require(HttpRequestLifetimeFeature).onClosed(() => notified.push('onClosed'));
        response.onCompleted(() => isAborted.resolve(features.require(HttpOutcomeFeature).isAborted));
        await handler(context);
      },
    ]);
    await expect(client.get('/')).rejects.toBeInstanceOf(Error);
    expect(await isAborted.promise).toBe(true);
    expect(notified).toEqual(['signal', 'onClosed']);
  });

  it('a stop waits for running requests, whose responses are complete', async () => {
    const [started, finish] = [deferred(), deferred()];
    const { client, server } = await host.serve([
      async ({ response }) => {
        await response.write('first ');
        started.resolve();
        await finish.promise;
        response.send('last');
      },
    ]);
    const answered = client.get('/');
    await started.promise;
    const stopped = server.stop(AbortSignal.timeout(30_000));
    await turns(3);
    finish.resolve();
    expect((await answered).text).toBe('first last');
    await stopped;
  });

  it('a stop without patience aborts running requests', async () => {
    const [started, aborted] = [deferred(), deferred()];
    const { client, server } = await host.serve([
      async ({ signal }) => {
        signal.addEventListener('abort', () => aborted.resolve());
        started.resolve();
        await aborted.promise;
      },
    ]);
    const answered = client.get('/').then(
      () => 'answered',
      () => 'cut off',
    );
    await started.promise;
    await server.stop(AbortSignal.abort());
    await aborted.promise;
    expect(await answered).toBe('cut off');
  });

  it('a stop without patience aborts a handler that continues after its response', async () => {
    const aborted = deferred();
    const { client, server } = await host.serve([
      async ({ response, signal }) => {
        signal.addEventListener('abort', () => aborted.resolve());
        response.send('accepted');
        await aborted.promise;
      },
    ]);
    expect((await client.get('/')).text).toBe('accepted');
    await server.stop(AbortSignal.abort());
    await aborted.promise;
  });

  it('a stop under load loses no request that the server has received', async () => {
    let received = 0;
    let answered = 0;
    const { client, server } = await host.serve([
      async ({ response }) => {
        received++;
        await turns();
        response.send('ok');
      },
    ]);
    const ask = async (): Promise<void> => {
      for (;;) {
        try {
          if ((await client.get('/')).text === 'ok') answered++;
        } catch {
          // Refused because the server stops; a real client would use another server.
          return;
        }
      }
    };
    const clients = Array.from({ length: 20 }, ask);
    await until(() => received > 100);
    await server.stop(AbortSignal.timeout(30_000));
    await Promise.all(clients);
    expect(answered).toBe(received);
  });

  it('content slower than minRequestBodyDataRate, while the handler waits for it: 408', async () => {
    const clock = new ManualClock();
    const reading = deferred();
    const { client } = await host.serve(
      [
        async ({ request, response }) => {
          const body = request.body[Symbol.asyncIterator]();
          await body.next();
          reading.resolve();
          await body.next();
          response.send('read');
        },
      ],
      undefined,
      { clock },
    );
    const never = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1);
      await new Promise(() => {});
    };
    const answered = client.open({ method: 'POST', body: never() });
    await reading.promise;
    await turns(3);
    clock.seconds(20);
    expect((await answered).status).toBe(408);
  });
});
