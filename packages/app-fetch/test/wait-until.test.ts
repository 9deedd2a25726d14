import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { type ServerContext, protocolMarker } from '../src/index.ts';
import { get } from './handler-object.ts';
import { Hosted } from './hosted.ts';

describe.each([
  [
    'the draft',
    (work: Promise<unknown>) => ({
      [protocolMarker]: 1 as const,
      fetch: (context: ServerContext) => (context.waitUntil(work), new Response('sent')),
    }),
  ],
  [
    'a fetch function',
    (work: Promise<unknown>) => ({
      fetch: (_request: Request, context: { waitUntil(work: Promise<unknown>): void }) => (
        context.waitUntil(work),
        new Response('sent')
      ),
    }),
  ],
])('waitUntil of %s', (_what, handler) => {
  it('a host that stops waits for the work', async () => {
    const work = deferred<unknown>();
    await using server = await Hosted.start(handler(work.promise));
    expect(await server.exchange(get)).toMatch(/sent$/);
    let isStopped = false;
    const stopping = server.host.stop().then(() => (isStopped = true));
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    work.resolve(undefined);
    await stopping;
  });

  it('and not after the deadline of the stop', async () => {
    await using server = await Hosted.start(handler(new Promise(() => {})));
    await server.exchange(get);
    await expect(server.host.stop(AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('a rejection is logged once, and the response stays', async () => {
    const work = deferred<unknown>();
    await using server = await Hosted.start(handler(work.promise));
    expect(await server.exchange(get)).toMatch(/sent$/);
    work.reject(new Error('later'));
    await server.host.stop();
    expect(server.errors).toMatchObject([{ message: 'later' }]);
  });
});
