import { type HttpContext, HttpRequestBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get, post, serve, settled } from './support/exchange-harness.ts';

const echo = async ({ request, response }: HttpContext): Promise<void> => response.send(await request.bytes());
const statuses = (sent: string): string[] => sent.match(/(?<=^|\n|\})HTTP\/1\.1 \d{3}/g)?.map((s) => s.slice(-3)) ?? [];

describe('Expect: 100-continue (RFC 9110 10.1.1)', () => {
  const fields = 'Expect: 100-Continue\r\n';

  it('100 is sent with the first read that has to wait', async () => {
    const harness = serve(echo);
    harness.receive(post('hello', fields).slice(0, -5));
    await settled();
    expect(harness.next()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    harness.receive('hello');
    await settled();
    expect(harness.next()).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 5\r\n\r\nhello$/);
  });

  it('no 100 when the content has come already', async () => {
    const harness = serve(echo);
    harness.receive(post('hello', fields));
    await settled();
    expect(statuses(harness.sent())).toEqual(['200']);
  });

  it('a handler that does not read sends no 100; content may or may not follow, so the connection ends', async () => {
    const harness = serve(({ response }) => response.send('early'));
    harness.receive(post('hello', fields).slice(0, -5));
    await settled();
    expect(statuses(harness.sent())).toEqual(['200']);
    expect(harness.sent()).toContain('connection: close\r\n');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('content that has begun to arrive: no 100 for the rest, and the connection persists', async () => {
    const harness = serve(async ({ features, response }) => {
      await features.require(HttpRequestBodyFeature).read();
      response.send('read');
    });
    harness.receive(post('hello', fields).slice(0, -1));
    await settled();
    expect(harness.next()).toMatch(/^HTTP\/1\.1 200 OK\r\n(?!connection: close)[^]*read$/);
    harness.receive(`o${get('/next')}`);
    await settled();
    expect(statuses(harness.next())).toEqual(['200']);
  });

  it('never after the final status', async () => {
    const harness = serve(async (context) => {
      await context.response.write('a');
      await settled();
      await context.request.bytes();
    });
    harness.receive(post('hello', fields).slice(0, -5));
    await settled();
    await settled();
    harness.receive('hello');
    await settled();
    expect(harness.sent()).not.toContain(' 100 ');
    expect(statuses(harness.sent())).toEqual(['200']);
  });

  it('HTTP/1.0 gets none', async () => {
    const harness = serve(echo);
    harness.receive('POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n');
    await settled();
    expect(harness.sent()).toBe('');
    harness.receive('x');
    await settled();
    expect(statuses(harness.sent())).toEqual(['200']);
  });

  it('another expectation is answered 417', async () => {
    const harness = serve(echo);
    harness.receive(post('', 'Expect: a-miracle\r\n'));
    expect(statuses(harness.sent())).toEqual(['417']);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('an empty list of expectations is ignored', async () => {
    const harness = serve(echo);
    harness.receive(post('a', 'Expect: \r\n'));
    await settled();
    expect(statuses(harness.sent())).toEqual(['200']);
  });
});
