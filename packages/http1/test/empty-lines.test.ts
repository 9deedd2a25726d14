import { describe, expect, it } from 'vitest';
import { get, post, serve, settled } from './support/exchange-harness.ts';

const ok = (): void => {};
const count = (sent: string): number => sent.match(/HTTP\/1\.1 \d/g)?.length ?? 0;

describe('empty lines before a request (RFC 9112 2.2)', () => {
  const limits = { keepAliveTimeout: 10_000, requestHeadersTimeout: 3000 };

  it.each([
    ['CR after the content', [`${post('foo')}\r`]],
    ['CR in a segment of its own', [post('foo'), '\r']],
    ['CRLF', [post('foo'), '\r\n']],
    ['CR and LF in two segments', [post('foo'), '\r', '\n']],
  ])('%s: the connection is idle, for keepAliveTimeout', async (_name, segments) => {
    const harness = serve(async ({ request }) => void (await request.bytes()), { limits });
    for (const segment of segments) {
      harness.receive(segment);
      await settled();
    }
    harness.seconds(10);
    expect(harness.connection.hasEnded).toBe(false);
    harness.seconds(1);
    expect(harness.connection.hasEnded).toBe(true);
    expect(count(harness.sent())).toBe(1);
    expect(harness.badRequests).toEqual([]);
  });

  it('the request after a CR and a late LF is answered', () => {
    const harness = serve(ok, { limits });
    harness.receive(`${get()}\r`);
    harness.seconds(5);
    harness.receive(`\n${get()}`);
    expect(count(harness.sent())).toBe(2);
    expect(harness.sent()).not.toContain(' 400 ');
  });

  it('a client that ends its side after a CR has ended it between two requests', () => {
    const harness = serve(ok);
    harness.receive(`${get()}\r`);
    harness.connection.receiver.ended();
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.badRequests).toEqual([]);
  });

  it('one a second does not count: the request after twenty of them is answered', () => {
    const harness = serve(ok, { limits });
    for (let second = 0; second < 20; second++) {
      harness.receive('\r\n');
      harness.seconds(1);
    }
    harness.receive(get());
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('more than eight without a pause: 400, however they are cut', () => {
    for (const segments of [['\r\n'.repeat(9)], '\r\n'.repeat(9).split('')]) {
      const harness = serve(ok);
      for (const segment of segments) harness.receive(segment);
      expect(harness.badRequests).toMatchObject([{ code: 'HTTP1_REQUEST_LINE_INVALID' }]);
    }
  });

  it('a client keeps its connection with them: keepAliveTimeout starts anew', () => {
    const harness = serve(ok, { limits });
    for (let second = 0; second < 20; second++) {
      harness.receive('\r\n');
      harness.seconds(1);
    }
    harness.seconds(9);
    expect(harness.connection.hasEnded).toBe(false);
    harness.seconds(1);
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.sent()).toBe('');
  });

  it('they do not keep a connection of a server that stops', () => {
    const harness = serve(ok);
    harness.requestClose();
    for (let second = 0; second < 3; second++) {
      harness.receive('\r\n');
      harness.seconds(1);
    }
    expect(harness.connection.hasEnded).toBe(true);
  });
});
