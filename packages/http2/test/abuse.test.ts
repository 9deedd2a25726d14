import { describe, expect, it } from 'vitest';
import { handlerTime } from '../../../tools/test-support/handler-time.ts';
import { get, ids, never, open } from './support/answers.ts';
import { echo, serve } from './support/serve.ts';

// Time stands still, so that all frames of a chunk are handled in one turn of the event loop.
handlerTime();

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

  it('windows that open in steps of 4 KiB, as those of a client that has received a download and reads it, are fine', async () => {
    const served = serve(({ response }) => response.send(new Uint8Array(100_000)));
    served.send(`${get} 1: GET\nSETTINGS: 0004 01000000`);
    served.send('WINDOW_UPDATE: 00001000\nWINDOW_UPDATE 1: 00001000\n'.repeat(3000));
    const lines = await served.settled();
    expect(lines.filter((line) => line.startsWith('GOAWAY'))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^DATA 1 .* end$/s);
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
    expect((await served.settled()).filter((line) => line.endsWith('REFUSED_STREAM'))).toHaveLength(80);
    expect(running).toBe(20);
  });

  it('MadeYouReset: the same where the client makes the server reset', async () => {
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
    await served.settled();
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
    await served.settled();
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
