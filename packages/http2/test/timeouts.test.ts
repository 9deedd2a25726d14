import { subscribe } from '@windhover/diagnostics';
import { describe, expect, it } from 'vitest';
import { get, ids, never, open } from './support/answers.ts';
import { echo, serve } from './support/serve.ts';

describe('a client that reads its responses one after the other', () => {
  it('a response that waits for its turn is not cut off by minResponseDataRate', async () => {
    const served = serve(
      ({ request, response }) => response.send(request.path === '/small' ? 'small' : new Uint8Array(10_000_000)),
      { limits: { minResponseDataRate: { bytesPerSecond: 1000, gracePeriod: 2000 } } },
    );
    served.connection.takesMore = false;
    served.send('SETTINGS: 0004 7fffffff\nWINDOW_UPDATE: 70000000');
    served.send(`${get} 1: GET [priority=u=0]\n${get} 3: 82 86 [:path=/small] [priority=u=7]`);
    const lines: string[] = [];
    for (let second = 0; second < 20; second++) {
      served.connection.receiver.drained();
      lines.push(...(await served.settled()));
      served.seconds(1);
    }
    expect(new Set(lines.map((line) => line.split(' ', 2).join(' ')))).toEqual(
      new Set(['SETTINGS ACK', 'HEADERS 1', 'HEADERS 3', 'DATA 1']),
    );
  });
});

describe('time', () => {
  it.each([
    ['a preface that is not complete', 'RAW: "PRI * HT"', 31],
    ['a header block that is not complete', 'PREFACE\nSETTINGS\nHEADERS 1: 82', 31],
  ])('%s within requestHeadersTimeout: the connection ends', async (_title, sent, seconds) => {
    const served = serve(echo, { isOpen: false });
    served.send(sent);
    served.seconds(seconds - 3);
    expect(served.connection.hasEnded).toBe(false);
    served.seconds(5);
    expect(served.connection.hasEnded).toBe(true);
  });

  it('each header block has requestHeadersTimeout, also one that begins in the bytes that complete another', async () => {
    const served = serve(echo);
    served.send('HEADERS END_STREAM 1: 82 86');
    served.seconds(25);
    served.send('CONTINUATION END_HEADERS 1: 84 01 01 61\nHEADERS END_STREAM 3: 82 86');
    served.seconds(25);
    served.send('CONTINUATION END_HEADERS 3: 84 01 01 61');
    expect((await served.settled()).at(-1)).toBe('DATA 3 "hello" end');
  });

  it('no request within keepAliveTimeout: GOAWAY, and the end', async () => {
    const reasons: string[] = [];
    using _subscription = subscribe({ 'windhover:connection:ending': ({ reason }) => void reasons.push(reason) });
    const served = serve(echo);
    served.seconds(129);
    expect(served.next()).toEqual([]);
    expect(reasons).toEqual([]);
    served.seconds(5);
    expect(await served.settled()).toEqual(['GOAWAY 2147483647 NO_ERROR', 'PING']);
    expect(reasons).toEqual(['keep_alive_timeout']);
    expect(served.connection.hasEnded).toBe(false);
    // The client does not answer the PING.
    served.seconds(4);
    expect(served.next()).toEqual(['GOAWAY 0 NO_ERROR']);
    expect(served.connection.hasEnded).toBe(true);
  });

  it('a header block after the first GOAWAY, and no answer to the PING: the connection ends nevertheless', async () => {
    const served = serve(echo);
    served.server.requestClose();
    served.send('HEADERS END_STREAM 1: 82 86');
    served.send('CONTINUATION END_HEADERS 1: 84 01 01 61');
    expect((await served.settled()).at(-1)).toBe('DATA 1 "hello" end');
    served.seconds(7);
    expect(served.next()).toEqual(['GOAWAY 1 NO_ERROR']);
    expect(served.connection.hasEnded).toBe(true);
  });

  it('a stream that is open is no idle time', async () => {
    const served = serve(never);
    served.send(`${get} 1: GET`);
    served.seconds(500);
    expect(served.next()).toEqual([]);
  });

  it('content slower than minRequestBodyDataRate: 408', async () => {
    const served = serve(echo);
    served.send(`${open} 1: POST\nDATA 1: "slow"`);
    await served.settled();
    served.seconds(10);
    expect(await served.settled()).toEqual(['HEADERS 1 :status=408 content-length=0 end']);
    served.seconds(2);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
  });

  it('content that waits because unread content of another request fills the window of the connection: no 408', async () => {
    const limits = { http2: { initialConnectionWindowSize: 65_535, initialStreamWindowSize: 65_535 } };
    const served = serve((context) => (context.request.path === '/' ? echo(context) : never()), { limits });
    served.send(`${open} 1: 83 86 [:path=/unread]\n${'DATA 1: *16384(61)\n'.repeat(3)}${open} 3: POST\nDATA 3: "slow"`);
    await served.settled();
    served.seconds(20);
    expect(await served.settled()).toEqual([]);
    served.send('RST_STREAM 1: CANCEL');
    served.seconds(10);
    expect((await served.settled())[1]).toBe('HEADERS 3 :status=408 content-length=0 end');
  });

  it('keepAlivePingDelay: a client that is not read from is not pinged', async () => {
    const served = serve(({ response }) => response.headers.set('x-large', 'x'.repeat(2000)), {
      limits: { minResponseDataRate: null, http2: { keepAlivePingDelay: 10_000, keepAlivePingTimeout: 5000 } },
    });
    served.connection.takesMore = false;
    served.send(
      ids(200)
        .map((id) => `${get} ${id}: GET`)
        .join('\n'),
    );
    expect(served.connection.isPaused).toBe(true);
    served.seconds(60);
    served.connection.takesMore = true;
    served.connection.receiver.drained();
    expect((await served.settled()).filter((line) => !line.startsWith('HEADERS'))).toEqual([]);
  });

  it('minResponseDataRate: a client that does not read is cut off, although it causes small answers all the time', async () => {
    const served = serve(({ response }) => response.send('x'.repeat(1000)));
    served.connection.takesMore = false;
    served.send(`${get} 1: GET`);
    for (let round = 0; round < 10 && !served.connection.isAborted; round++) {
      served.send('PING: *8(00)');
      served.seconds(3);
    }
    expect(served.connection.isAborted).toBe(true);
  });

  it('keepAlivePingDelay: pings a silent client, and closes it only if it does not answer', async () => {
    const served = serve(never, { limits: { http2: { keepAlivePingDelay: 10_000, keepAlivePingTimeout: 5000 } } });
    served.send(`${get} 1: GET`);
    served.seconds(11);
    expect(await served.settled()).toEqual(['PING']);
    served.send('PING ACK: 616c697665 3f0000');
    served.seconds(9);
    expect(await served.settled()).toEqual([]);
    served.seconds(8);
    expect(await served.settled()).toEqual(['PING', 'GOAWAY 1 NO_ERROR']);
  });
});
