import { subscribe } from '@windhover/diagnostics';
import { type HttpContext, HttpResetFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { echo, serve } from './support/serve.ts';

const get = 'HEADERS END_HEADERS,END_STREAM';
const open = 'HEADERS END_HEADERS';
const never = (): Promise<void> => new Promise(() => undefined);

/** Stream identifiers of a client, from the first on. */
const ids = (count: number, first = 1): number[] => Array.from({ length: count }, (_, at) => first + 2 * at);

describe('floods of frames that carry nothing: ENHANCE_YOUR_CALM (RFC 9113 10.5)', () => {
  it.each([
    ['PING', 'PING: *8(00)'],
    ['acknowledgements of PING that was never sent', 'PING ACK: *8(00)'],
    ['SETTINGS', 'SETTINGS'],
    ['acknowledgements', 'SETTINGS ACK'],
    ['PRIORITY', 'PRIORITY 3: 00000001 10'],
    ['PRIORITY_UPDATE', 'PRIORITY_UPDATE: 00000001 "u=1"'],
    ['PRIORITY_UPDATE of many streams', 'PRIORITY_UPDATE: 7ffffff1 "u=1"'],
    ['WINDOW_UPDATE of the connection', 'WINDOW_UPDATE: 00000001'],
    ['WINDOW_UPDATE of a stream', 'WINDOW_UPDATE 1: 00000001'],
    ['empty DATA', 'DATA 1'],
    ['DATA of padding alone', 'DATA PADDED 1: 00'],
    ['unknown frames', '0xfe 1'],
    ['HEADERS of a stream that was reset by the server', `${get} 3: [x=y]`],
    ['PRIORITY of a wrong size', 'PRIORITY 3: 00'],
  ])('%s', async (_title, frame) => {
    const served = serve(never);
    served.send(`${open} 1: POST\n${open} 3: POST [A=b]`);
    served.next();
    served.send(`${frame}\n`.repeat(1500));
    expect((await served.settled()).at(-1)).toMatch(/^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
    expect(served.connection.hasEnded).toBe(true);
  });

  it('requests that are malformed', async () => {
    const served = serve(never);
    served.send(
      ids(1500)
        .map((id) => `${get} ${id}: GET [A=b]`)
        .join('\n'),
    );
    expect((await served.settled()).at(-1)).toMatch(/^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
  });

  it('the same frames at the pace of honest clients are fine for ever', async () => {
    const served = serve(never);
    served.send(`${open} 1: POST`);
    for (let second = 0; second < 100; second++) {
      served.send('PING: *8(00)\nWINDOW_UPDATE: 00000001\nSETTINGS\n'.repeat(20));
      served.seconds(1);
    }
    expect((await served.settled()).filter((line) => line.startsWith('GOAWAY'))).toEqual([]);
  });

  it('a header block in many small pieces', () => {
    const served = serve(echo);
    served.send(`HEADERS 1: 82\n${'CONTINUATION 1: 00\n'.repeat(200)}`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });

  it('a header block that never ends', () => {
    const served = serve(echo);
    served.send(`HEADERS 1: 82\n${'CONTINUATION 1: *16384(82)\n'.repeat(6)}`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });
});

describe('header lists', () => {
  it.each([
    ['more fields than maxRequestHeaderCount', `${get} 1: GET *110(00016100)`],
    [
      'a list above maxRequestHeadersTotalSize',
      `HEADERS END_STREAM 1: GET [a=${'x'.repeat(16_000)}]\nCONTINUATION 1: [b=${'x'.repeat(16_000)}]\nCONTINUATION END_HEADERS 1: [c=${'x'.repeat(900)}]`,
    ],
  ])('%s: 431, and the next request is answered', async (_title, sent) => {
    const served = serve(echo);
    served.send(`${sent}\n${get} 3: GET`);
    const lines = await served.settled();
    expect(lines[0]).toBe('HEADERS 1 :status=431 content-length=0 end');
    expect(lines.at(-1)).toBe('DATA 3 "hello" end');
    expect(served.badRequests.map(({ code }) => code)).toEqual(['HTTP2_HEADERS_TOO_LARGE']);
  });

  it('pseudo-header fields longer than maxRequestLineSize: 414', async () => {
    const served = serve(echo);
    served.send(`${get} 1: 82 86 [:path=/${'x'.repeat(9000)}]`);
    expect(await served.settled()).toEqual(['HEADERS 1 :status=414 content-length=0 end']);
  });

  it('references to one large entry (HPACK bomb): the connection ends', () => {
    const served = serve(echo);
    served.send(`${get} 1: GET 40 01 61 7f 91 1e *3984(62) *200(be)`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });

  it('fields without name and value: the connection ends', () => {
    const served = serve(echo);
    served.send(`${get} 1: GET *3000(000000)`);
    expect(served.next()).toEqual(['GOAWAY 0 ENHANCE_YOUR_CALM']);
  });
});

describe('streams count until their handler has finished', () => {
  const limits = { http2: { maxStreamsPerConnection: 10 } };

  it('Rapid Reset: as many handlers run as twice maxStreamsPerConnection, then streams are refused', async () => {
    let running = 0;
    const served = serve(
      () => {
        running++;
        return never();
      },
      { limits },
    );
    served.send(
      ids(100)
        .map((id) => `${get} ${id}: GET\nRST_STREAM ${id}: 00000008`)
        .join('\n'),
    );
    expect(running).toBe(20);
    expect((await served.settled()).filter((line) => line.endsWith('REFUSED_STREAM'))).toHaveLength(80);
  });

  it('MadeYouReset: the same where the client makes the server reset', () => {
    let running = 0;
    const served = serve(
      () => {
        running++;
        return never();
      },
      { limits },
    );
    served.send(
      ids(100)
        .map((id) => `${get} ${id}: GET\nWINDOW_UPDATE ${id}: 00000000`)
        .join('\n'),
    );
    expect(running).toBe(20);
  });

  it.each([
    ['resets', (id: number) => `${get} ${id}: GET\nRST_STREAM ${id}: 00000008`],
    ['content on refused streams', (id: number) => `${open} ${id}: POST\nDATA ${id}: "x"`],
    ['content after the end', (id: number) => `${get} ${id}: GET\nDATA ${id}: "x"`],
  ])('a client that continues nevertheless, with %s: ENHANCE_YOUR_CALM', async (_title, request) => {
    const served = serve(never, { limits });
    served.send(ids(2000).map(request).join('\n'));
    expect((await served.settled()).at(-1)).toMatch(/^GOAWAY \d+ ENHANCE_YOUR_CALM$/);
  });

  it('when handlers finish, there is room again', async () => {
    const finish: (() => void)[] = [];
    const served = serve(() => new Promise<void>((resolve) => finish.push(resolve)), { limits });
    served.send(
      ids(20)
        .map((id) => `${get} ${id}: GET\nRST_STREAM ${id}: 00000008`)
        .join('\n'),
    );
    served.send(`${get} 41: GET`);
    expect(await served.settled()).toEqual(['RST_STREAM 41 REFUSED_STREAM']);
    for (const each of finish) each();
    await served.settled();
    served.send(`${get} 43: GET`);
    expect(finish).toHaveLength(21);
  });

  it('a browser that cancels 40 % of 2,000 requests is never cut off', async () => {
    const served = serve(async ({ response, signal }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal.aborted) response.send('ok');
    });
    let answered = 0;
    for (let at = 0; at < 2000; at += 50) {
      const batch = ids(50, 2 * at + 1);
      served.send(batch.map((id) => `${get} ${id}: GET`).join('\n'));
      served.send(
        batch
          .filter((_, place) => place % 5 < 2)
          .map((id) => `RST_STREAM ${id}: 00000008`)
          .join('\n'),
      );
      const lines = await served.settled();
      expect(lines.filter((line) => /GOAWAY|RST_STREAM/.test(line))).toEqual([]);
      answered += lines.filter((line) => line.startsWith('DATA')).length;
    }
    expect(answered).toBe(1200);
  });
});

describe('a client that does not read', () => {
  it('is read from no more when it makes the server answer', () => {
    const served = serve(({ response }) => {
      response.statusCode = 204;
      response.headers.set('x-large', 'x'.repeat(2000));
    });
    served.connection.takesMore = false;
    for (const id of ids(1000)) if (!served.connection.isPaused) served.send(`${get} ${id}: GET`);
    expect(served.connection.isPaused).toBe(true);
    expect(served.connection.sentChunks.join('').length).toBeLessThan(100_000);
    served.connection.takesMore = true;
    served.connection.receiver.drained();
    expect(served.connection.isPaused).toBe(false);
  });

  it('does not get more content than fits, and is cut off by minResponseDataRate', async () => {
    const served = serve(async ({ response }) => {
      for (;;) await response.write('x'.repeat(10_000));
    });
    served.connection.takesMore = false;
    served.send(`SETTINGS: 0004 7fffffff\nWINDOW_UPDATE: 70000000\n${get} 1: GET`);
    await served.settled();
    expect(served.connection.sentChunks.join('').length).toBeLessThan(200_000);
    served.seconds(1000);
    expect(served.connection.isAborted).toBe(true);
    expect(served.applicationErrors).toEqual([]);
  });

  it('one that never opens the window of its stream: the stream is reset, the connection stays', async () => {
    let code: string | undefined;
    const served = serve(async ({ request, response }) => {
      if (request.path === '/ok') return response.send('ok');
      try {
        for (;;) await response.write('x'.repeat(10_000));
      } catch (error) {
        code = (error as { code: string }).code;
        throw error;
      }
    });
    served.send(`SETTINGS: 0004 00000000\n${get} 1: GET`);
    await served.settled();
    served.seconds(600);
    expect(await served.settled()).toContain('RST_STREAM 1 CANCEL');
    expect(code).toBe('HTTP_REQUEST_ABORTED');
    served.send(`SETTINGS: 0004 00000005\n${get} 3: 82 86 [:path=/ok]`);
    expect((await served.settled()).at(-1)).toBe('DATA 3 "ok" end');
  });
});

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

describe('RFC 9113 6.9.2 a window below 0', () => {
  it('of a stream that waits for the window of the connection: nothing is sent until its own is open, too', async () => {
    const served = serve(({ response }) => response.send('x'.repeat(100_000)));
    served.send(`SETTINGS: 0004 00100000\n${get} 1: GET`);
    await served.settled();
    served.send('SETTINGS: 0004 00000000\nWINDOW_UPDATE: 0000ffff');
    expect(await served.settled()).toEqual(['SETTINGS ACK']);
    served.send('WINDOW_UPDATE 1: 00010001');
    expect(await served.settled()).toEqual(['DATA 1 "xx"']);
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

describe('RFC 9113 6.9: content of a stream error returns to the window of the connection', () => {
  const limits = { http2: { initialConnectionWindowSize: 150_000, initialStreamWindowSize: 65_535 } };
  const upload = (id: number, length = 1): string => `${open} ${id}: POST [content-length=${length}]`;

  it.each([
    ['after the end', 20, (id: number) => `${get} ${id}: GET\nDATA ${id}: *16000(78)`],
    ['padded, after the end', 20, (id: number) => `${get} ${id}: GET\nDATA PADDED ${id}: ff *15000(78) *255(00)`],
    ['longer than Content-Length', 20, (id: number) => `${upload(id)}\nDATA ${id}: *16000(78)`],
    ['padded, longer than Content-Length', 700, (id: number) => `${upload(id)}\nDATA PADDED ${id}: ff "xy" *255(00)`],
    [
      'beyond the window of its stream',
      20,
      (id: number) => `${upload(id, 80_000)}\n${`DATA ${id}: *16384(78)\n`.repeat(4)}`,
    ],
  ])('%s', async (_title, count, request) => {
    const untilAborted = ({ signal }: HttpContext): Promise<void> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    const served = serve(untilAborted, { limits });
    const lines: string[] = [];
    for (const id of ids(count)) {
      served.send(request(id));
      lines.push(...(await served.settled()));
      served.seconds(1);
    }
    expect(lines.filter((line) => line.startsWith('RST_STREAM'))).toHaveLength(count);
    expect(lines.filter((line) => line.startsWith('GOAWAY'))).toEqual([]);
  });
});

describe('content above maxRequestBodySize', () => {
  const limits = { maxRequestBodySize: 5 };
  it.each([
    ['by its Content-Length', `${open} 1: POST [content-length=6]`],
    ['by a Content-Length above 2^53', `${open} 1: POST [content-length=18446744073709551619]`],
    ['by a Content-Length that no number can hold', `${open} 1: POST [content-length=${'9'.repeat(400)}]`],
    ['as it comes', `${open} 1: POST\nDATA 1: "abc"\nDATA 1: "def"`],
  ])('%s: 413', async (_title, sent) => {
    const served = serve(echo, { limits });
    served.send(sent);
    expect((await served.settled())[0]).toBe('HEADERS 1 :status=413 content-length=0 end');
    served.seconds(2);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
  });
});

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

describe('responses', () => {
  it('fields of HTTP/1.1 connections are left out, and reported', async () => {
    const served = serve(({ response }) => {
      for (const [name, value] of Object.entries({ connection: 'close', 'keep-alive': '1', upgrade: 'x', 'x-a': 'b' }))
        response.headers.set(name, value);
      response.send('');
    });
    served.send(`${get} 1: GET`);
    expect((await served.settled())[0]).toBe(
      'HEADERS 1 :status=200 x-a=b content-type=text/plain; charset=utf-8 content-length=0 end',
    );
    expect(served.dropped).toEqual(['connection', 'keep-alive', 'upgrade']);
  });

  it.each([
    [0, 'RST_STREAM 1 NO_ERROR'],
    [0xffffffff, 'RST_STREAM 1 4294967295'],
  ])('HttpResetFeature.reset(%d): %s', async (code, sent) => {
    const served = serve(({ features }) => features.require(HttpResetFeature).reset(code));
    served.send(`${get} 1: GET`);
    expect(await served.settled()).toEqual([sent]);
  });

  it.each([-1, 2 ** 32, 0.5, NaN])('HttpResetFeature.reset(%d): RangeError, and the response is 500', async (code) => {
    const served = serve(({ features }) => features.require(HttpResetFeature).reset(code));
    served.send(`${get} 1: GET`);
    expect((await served.settled())[0]).toMatch(/^HEADERS 1 :status=500 /);
    expect(served.applicationErrors).toEqual([expect.any(RangeError)]);
  });

  it('Date and Server', async () => {
    const served = serve(({ response }) => response.end(), { serverHeader: 'windhover', dateHeader: true });
    served.send(`${get} 1: GET`);
    expect(await served.settled()).toEqual([
      'HEADERS 1 :status=200 date=Fri, 02 Jan 2026 03:04:05 GMT server=windhover content-length=0 end',
    ]);
  });

  it('less content than its Content-Length: INTERNAL_ERROR', async () => {
    const served = serve(async ({ response }) => {
      response.headers.set('content-length', 5);
      await response.write('abc');
      await new Promise((resolve) => setImmediate(resolve));
    });
    served.send(`${get} 1: GET`);
    expect((await served.settled()).at(-1)).toBe('RST_STREAM 1 INTERNAL_ERROR');
    expect(served.applicationErrors).toHaveLength(1);
  });
});
