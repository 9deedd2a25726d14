import { describe, expect, it } from 'vitest';
import { handlerTime } from '../../../tools/test-support/handler-time.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { get, ids } from './support/answers.ts';
import { type Served, serve } from './support/serve.ts';

const { taking, takingAsync } = handlerTime();

/** Frames of requests, with odd identifiers from the first on. */
const requests = (count: number, first?: number): string =>
  ids(count, first)
    .map((id) => `${get} ${id}: GET`)
    .join('\n');

/** Streams that were answered since the last call, in order. */
const answered = (served: Served): number[] =>
  served
    .next()
    .filter((line) => line.includes(':status=200'))
    .map((line) => Number(line.split(' ')[1]));

/** Waits until the stream was answered. @returns the streams that were answered, in order */
const answeredUntil = async (served: Served, last: number): Promise<number[]> => {
  const streams: number[] = [];
  await until(() => {
    streams.push(...answered(served));
    return streams.at(-1) === last;
  });
  return streams;
};

describe('requests of one chunk are answered for about 10 ms in one turn of the event loop', () => {
  it.each([
    ['a synchronous handler', taking(2)],
    ['an async handler', takingAsync(2)],
  ])('%s: the rest waits while the connection is paused, and is answered in order', async (_name, handle) => {
    let handled = 0;
    const served = serve(() => {
      handled++;
      return handle();
    });
    served.send(requests(90));
    for (let i = 0; i < 1000; i++) await Promise.resolve();
    expect(handled).toBeGreaterThanOrEqual(4);
    expect(handled).toBeLessThanOrEqual(12);
    expect(served.connection.isPaused).toBe(true);
    expect(await answeredUntil(served, 179)).toEqual(ids(90));
    expect(served.connection.isPaused).toBe(false);
  });

  it('another connection is answered at once while they wait', async () => {
    const greedy = serve(taking(2));
    const other = serve(taking(0));
    greedy.send(requests(1000));
    other.send(requests(1));
    expect(answered(other)).toEqual([1]);
    expect(answered(greedy).length).toBeLessThanOrEqual(12);
    await turns();
    expect(answered(greedy).length).toBeLessThanOrEqual(12);
    await answeredUntil(greedy, 1999);
  });

  it('a frame that is cut waits, too', async () => {
    const served = serve(taking(5));
    served.send(`${requests(8)}\nRAW: 000006 01 05 00000011 8286`);
    served.send('RAW: 84 010161');
    expect((await answeredUntil(served, 17)).length).toBeGreaterThan(0);
  });

  it('the acknowledgement of the first GOAWAY waits after requests: they are answered', async () => {
    const served = serve(taking(5));
    served.server.requestClose();
    served.send(`${requests(20)}\nPING ACK: "leaving" 00`);
    expect(await answeredUntil(served, 39)).toHaveLength(20);
    await until(() => served.connection.hasEnded);
  });

  it('a connection error in frames that wait: the connection ends, and is read from until the client has ended it', async () => {
    const served = serve(taking(5));
    served.send(`${requests(8)}\nDATA: "a"`);
    expect(served.connection.isPaused).toBe(true);
    await until(() => served.connection.hasEnded);
    expect(served.connection.isPaused).toBe(false);
  });

  it('nothing is answered once the connection has closed', async () => {
    let handled = 0;
    const handle = taking(5);
    const served = serve(() => {
      handled++;
      handle();
    });
    served.send(requests(20));
    const before = handled;
    served.connection.close();
    await turns(3);
    expect(handled).toBe(before);
  });

  it('requests that come one at a time never wait', () => {
    const served = serve(taking(50));
    for (let id = 1; id < 40; id += 2) {
      served.send(requests(1, id));
      expect(answered(served)).toEqual([id]);
    }
  });
});

describe('frames of one chunk, from a client that does not read', () => {
  it('wait once their responses fill the output, and are handled when the client reads', async () => {
    const served = serve(({ response }) => {
      response.statusCode = 204;
      response.headers.set('x-large', 'x'.repeat(2000));
    });
    served.connection.takesMore = false;
    served.send(requests(1000));
    expect(served.connection.isPaused).toBe(true);
    expect(served.connection.sentChunks.join('').length).toBeLessThan(200_000);
    served.connection.takesMore = true;
    served.connection.receiver.drained();
    const streams = (await served.settled()).map((line) => Number(line.split(' ')[1]));
    expect(streams).toEqual(ids(1000));
    expect(served.connection.isPaused).toBe(false);
  });
});
