import { describe, expect, it } from 'vitest';
import { get, never, open } from './support/answers.ts';
import { echo, serve } from './support/serve.ts';

describe('the end', () => {
  it('GOAWAY for any stream, then for the last one when the client has answered; running requests are finished', async () => {
    const finish: (() => void)[] = [];
    const served = serve(({ response }) =>
      new Promise<void>((resolve) => finish.push(resolve)).then(() => response.send('ok')),
    );
    served.send(`${get} 1: GET`);
    served.server.requestClose();
    expect(await served.settled()).toEqual(['GOAWAY 2147483647 NO_ERROR', 'PING']);
    served.send(`${get} 3: GET`);
    served.send('PING ACK: "leaving" 00');
    expect(await served.settled()).toEqual(['GOAWAY 3 NO_ERROR']);
    served.send(`${get} 5: GET`);
    for (const each of finish) each();
    expect(await served.settled()).toEqual([
      'HEADERS 1 :status=200 content-type=text/plain; charset=utf-8 content-length=2',
      'DATA 1 "ok" end',
      'HEADERS 3 :status=200 content-type=text/plain; charset=utf-8 content-length=2',
      'DATA 3 "ok" end',
    ]);
    expect([finish.length, served.connection.hasEnded]).toEqual([2, true]);
  });

  it('the answer to an earlier PING does not show that the first GOAWAY has arrived', async () => {
    const served = serve(never, { limits: { http2: { keepAlivePingDelay: 10_000 } } });
    served.send(`${get} 1: GET`);
    served.seconds(11);
    expect(await served.settled()).toEqual(['PING']);
    served.server.requestClose();
    expect(await served.settled()).toEqual(['GOAWAY 2147483647 NO_ERROR', 'PING']);
    served.send('PING ACK: 616c697665 3f0000');
    expect(await served.settled()).toEqual([]);
    served.send('PING ACK: "leaving" 00');
    expect(await served.settled()).toEqual(['GOAWAY 1 NO_ERROR']);
  });

  it.each([
    ['DATA', 'DATA 3: "a"\nDATA END_STREAM 3: "b"'],
    ['trailers', `${get} 3: [x=y]`],
    ['WINDOW_UPDATE', 'WINDOW_UPDATE 3: 00000001'],
    ['PRIORITY_UPDATE', 'PRIORITY_UPDATE: 00000003 "u=1"'],
    ['RST_STREAM', 'RST_STREAM 3: 00000008'],
  ])(
    '%s of a request that is ignored after the last GOAWAY: ignored, and running requests are finished',
    async (_title, sent) => {
      let finish: () => void = () => undefined;
      const served = serve(({ response }) =>
        new Promise<void>((resolve) => (finish = resolve)).then(() => response.send('ok')),
      );
      served.send(`${get} 1: GET\nGOAWAY: 00000000 00000000`);
      expect(await served.settled()).toEqual(['GOAWAY 1 NO_ERROR']);
      served.send(`${open} 3: POST\n${sent}`);
      expect([await served.settled(), served.badRequests]).toEqual([[], []]);
      finish();
      expect((await served.settled()).at(-1)).toBe('DATA 1 "ok" end');
    },
  );

  it('DATA of ignored requests returns to the window of the connection', async () => {
    const served = serve(never, { limits: { http2: { initialConnectionWindowSize: 65_535 } } });
    served.send(`${get} 1: GET\nGOAWAY: 00000000 00000000`);
    await served.settled();
    served.send(`${open} 3: POST\nDATA 3: *16384(61)\nDATA 3: *16384(61)`);
    expect(await served.settled()).toEqual(['WINDOW_UPDATE 0 32768']);
  });

  it('a client that takes the last response slowly: the connection ends when it has all, and is disposed of later', async () => {
    const served = serve(({ response }) => response.send('x'.repeat(20_000)), {
      limits: { requestDrainTimeout: 5000, minResponseDataRate: { bytesPerSecond: 100, gracePeriod: 5000 } },
    });
    served.connection.takesMore = false;
    served.send(`${get} 1: GET\nGOAWAY: 00000000 00000000`);
    served.seconds(100);
    const { connection } = served;
    expect([connection.hasEnded, connection.isDisposed, connection.isAborted]).toEqual([false, false, false]);
    connection.takesMore = true;
    connection.receiver.drained();
    expect([connection.hasEnded, connection.isDisposed]).toEqual([true, false]);
    served.seconds(7);
    expect(connection.isDisposed).toBe(true);
  });

  it('a client that sends more than maxRequestDrainSize meanwhile: it gets the whole response', async () => {
    const served = serve(({ response }) => response.send('x'.repeat(20_000)), {
      limits: { requestDrainTimeout: 5000, maxRequestDrainSize: 1000 },
    });
    const { connection } = served;
    connection.takesMore = false;
    served.send(`${open} 1: POST\nDATA END_STREAM 1: "a"\nGOAWAY: 00000000 00000000`);
    for (let i = 0; i < 10; i++) served.send('DATA 3: *1000(61)');
    expect([connection.hasEnded, connection.isDisposed]).toEqual([false, false]);
    connection.takesMore = true;
    connection.receiver.drained();
    served.send('DATA 3: *1000(61)');
    expect([connection.hasEnded, connection.isDisposed]).toEqual([true, false]);
    served.seconds(7);
    expect(connection.isDisposed).toBe(true);
  });

  it('GOAWAY of the client: running requests are finished, then the connection ends', async () => {
    let finish: () => void = () => undefined;
    const served = serve(({ response }) =>
      new Promise<void>((resolve) => (finish = resolve)).then(() => response.send('ok')),
    );
    served.send(`${get} 1: GET\nGOAWAY: 00000000 00000000`);
    expect([await served.settled(), served.connection.hasEnded]).toEqual([['GOAWAY 1 NO_ERROR'], false]);
    finish();
    expect([(await served.settled()).at(-1), served.connection.hasEnded]).toEqual(['DATA 1 "ok" end', true]);
  });

  it('maxRequestsPerConnection: the client is asked to go elsewhere', async () => {
    const served = serve(echo, { limits: { maxRequestsPerConnection: 2 } });
    served.send(`${get} 1: GET`);
    await served.settled();
    served.send(`${get} 3: GET`);
    expect(await served.settled()).toContain('GOAWAY 2147483647 NO_ERROR');
  });

  it('reads nothing after a connection error, and aborts the signal of each handler', async () => {
    let aborted = false;
    const served = serve(({ signal }) => {
      signal.addEventListener('abort', () => (aborted = true));
      return never();
    });
    served.send(`${get} 1: GET\nDATA: "a"\n${get} 3: GET`);
    expect([await served.settled(), aborted]).toEqual([['GOAWAY 1 PROTOCOL_ERROR'], true]);
    served.seconds(10);
    expect(served.connection.isDisposed).toBe(true);
  });

  it('a client that ends its side gets its answers', async () => {
    const served = serve(echo);
    served.send(`${get} 1: GET`);
    served.connection.receiver.ended();
    expect((await served.settled()).at(-1)).toBe('DATA 1 "hello" end');
    expect(served.connection.hasEnded).toBe(true);
  });
});
