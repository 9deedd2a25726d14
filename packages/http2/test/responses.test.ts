import { Buffer } from 'node:buffer';
import { HttpRequestLifetimeFeature, HttpResetFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get } from './support/answers.ts';
import { serve } from './support/serve.ts';

describe('responses', () => {
  it('fields of HTTP/1.1 connections are left out, and reported', async () => {
    const served = serve(({ response }) => {
      const fields = { connection: 'close', 'keep-alive': '1', te: 'trailers', upgrade: 'x', 'x-a': 'b' };
      for (const [name, value] of Object.entries(fields)) response.headers.set(name, value);
      response.send('');
    });
    served.send(`${get} 1: GET`);
    expect((await served.settled())[0]).toBe(
      'HEADERS 1 :status=200 x-a=b content-type=text/plain; charset=utf-8 content-length=0 end',
    );
    expect(served.dropped).toEqual(['connection', 'keep-alive', 'te', 'upgrade']);
  });

  it('a listener of fields that are left out may abort the request: its frame follows the header block', async () => {
    const served = serve(
      ({ response }) => {
        response.headers.set('connection', 'close');
        response.headers.set('x-a', 'b');
        response.send('');
      },
      { onDropped: (_name, exchange) => exchange.require(HttpRequestLifetimeFeature).abort() },
    );
    served.send(`${get} 1: GET\n${get} 3: GET`);
    const heads = [1, 3].map(
      (id) => `HEADERS ${id} :status=200 x-a=b content-type=text/plain; charset=utf-8 content-length=0 end`,
    );
    expect(await served.settled()).toEqual([
      heads[0],
      'RST_STREAM 1 INTERNAL_ERROR',
      heads[1],
      'RST_STREAM 3 INTERNAL_ERROR',
    ]);
  });

  it('RFC 7541 4.2: the smallest table size of a SETTINGS frame is announced, and the table emptied', async () => {
    const served = serve(({ response }) => response.end(), { serverHeader: 'windhover' });
    const head = (id: number): string => `HEADERS ${id} :status=200 server=windhover content-length=0 end`;
    served.send(`${get} 1: GET`);
    expect(await served.settled()).toEqual([head(1)]);
    served.send(`SETTINGS: 0001 00000000 0001 00001000\n${get} 3: GET`);
    const before = served.connection.sentChunks.length;
    expect(await served.settled()).toEqual(['SETTINGS ACK', head(3)]);
    const sent = Buffer.from(served.connection.sentChunks.slice(before - 1).join(''), 'latin1').toString('hex');
    expect(sent).toContain('203fe11f88');
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
