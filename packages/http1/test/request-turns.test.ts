import { describe, expect, it } from 'vitest';
import { handlerTime } from '../../../tools/test-support/handler-time.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type Harness, get, post, serve } from './support/exchange-harness.ts';

const { taking, takingAsync } = handlerTime();

const statuses = ({ connection }: Harness): number =>
  connection.sentChunks.join('').match(/HTTP\/1\.1 200/g)?.length ?? 0;

describe('pipelined requests are answered for about 10 ms in one turn of the event loop', () => {
  it.each([
    ['a synchronous handler', taking(2)],
    ['an async handler', takingAsync(2)],
  ])('%s: the rest waits, and is answered in order', async (_name, handle) => {
    const paths: string[] = [];
    const harness = serve((context) => {
      paths.push(context.request.path);
      return handle();
    });
    const requested = Array.from({ length: 100 }, (_, index) => `/${index}`);
    harness.receive(requested.map((path) => get(path)).join(''));
    for (let i = 0; i < 1000; i++) await Promise.resolve();
    expect(paths.length).toBeGreaterThanOrEqual(5);
    expect(paths.length).toBeLessThanOrEqual(12);
    await until(() => statuses(harness) === 100);
    expect(paths).toEqual(requested);
  });

  it('another connection is answered at once while they wait', async () => {
    const greedy = serve(taking(2));
    const other = serve(taking(0));
    greedy.receive(get().repeat(1000));
    other.receive(get());
    expect(statuses(other)).toBe(1);
    expect(statuses(greedy)).toBeLessThanOrEqual(12);
    await turns();
    expect(statuses(greedy)).toBeLessThanOrEqual(24);
    await until(() => statuses(greedy) === 1000);
  });

  it('the connections that wait share a turn, and each of them continues', async () => {
    const greedy = Array.from({ length: 20 }, () => serve(taking(2)));
    for (const harness of greedy) harness.receive(get().repeat(40));
    const answered = (): number => greedy.reduce((sum, harness) => sum + statuses(harness), 0);
    const before = answered();
    // Four requests each, besides those of the first connection, and no more.
    expect(before).toBeLessThanOrEqual(12 + 19 * 4);
    await turns();
    expect(answered() - before).toBeLessThanOrEqual(12);
    await until(() => answered() === 20 * 40);
  });

  it('bytes that come while they wait are not answered before their turn', async () => {
    const harness = serve(taking(5));
    harness.receive(get().repeat(10));
    const before = statuses(harness);
    harness.receive(get().repeat(10));
    expect(statuses(harness)).toBe(before);
    await until(() => statuses(harness) === 20);
  });

  it('the end of the peer does not lose them', async () => {
    const harness = serve(taking(5));
    harness.receive(get().repeat(20));
    harness.connection.receiver.ended();
    expect(harness.connection.hasEnded).toBe(false);
    await until(() => harness.connection.hasEnded);
    expect(statuses(harness)).toBe(20);
    expect(harness.badRequests).toEqual([]);
  });

  it('nothing is answered once the connection has closed', async () => {
    let handled = 0;
    const handle = taking(5);
    const harness = serve(() => {
      handled++;
      handle();
    });
    harness.receive(get().repeat(20));
    const before = handled;
    harness.connection.close();
    await turns(3);
    expect(handled).toBe(before);
  });

  it('content left unread, and a request after it, go on in a later turn', async () => {
    const harness = serve(taking(5));
    harness.receive(post('hello').repeat(20));
    expect(statuses(harness)).toBeLessThan(20);
    await until(() => statuses(harness) === 20);
  });

  it('requests that come one at a time never wait', () => {
    const harness = serve(taking(50));
    for (let request = 1; request <= 20; request++) {
      harness.receive(get());
      expect(statuses(harness)).toBe(request);
    }
  });
});
