import { describe, expect, it } from 'vitest';
import { get, serve, settled } from './support/exchange-harness.ts';
const count = (sent: string): number => sent.match(/HTTP\/1\.1 \d/g)?.length ?? 0;

describe('errors of the application', () => {
  it.each([
    [
      'thrown',
      () => {
        throw new Error('x');
      },
    ],
    ['rejected', () => Promise.reject(new Error('x'))],
    [
      'thrown undefined',
      () => {
        throw undefined;
      },
    ],
    ['rejected with undefined', () => Promise.reject(undefined)],
  ])('%s before the head: 500, nothing of the response, the connection stays', async (_name, fail) => {
    const harness = serve(({ response }) => {
      response.statusCode = 201;
      response.headers.set('x', 'y');
      return fail();
    });
    harness.receive(get());
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n');
    expect(harness.connection.hasEnded).toBe(false);
    expect(harness.applicationErrors).toHaveLength(1);
  });

  it('after the head: the connection is reset, without an end of the content', async () => {
    const harness = serve(async ({ response }) => {
      await response.write('a');
      await settled();
      throw new Error('x');
    });
    harness.receive(get());
    await settled();
    await settled();
    expect(harness.sent()).not.toContain('0\r\n\r\n');
    expect(harness.connection.isAborted).toBe(true);
  });

  it('after the end: reported, and the connection stays', async () => {
    const harness = serve(async ({ response }) => {
      response.send('done');
      throw new Error('x');
    });
    harness.receive(get() + get());
    await settled();
    expect(count(harness.sent())).toBe(2);
    expect(harness.applicationErrors).toHaveLength(2);
  });
});
