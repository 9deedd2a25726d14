import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { get, post, serve, settled } from './support/exchange-harness.ts';

const ok = (): void => {};

const never = (): Promise<void> => new Promise(() => {});

describe('timeouts, checked once a second', () => {
  it('keepAliveTimeout counts from the start: silent close', () => {
    const harness = serve(ok, { limits: { keepAliveTimeout: 5000 } });
    harness.seconds(5);
    expect(harness.connection.hasEnded).toBe(false);
    harness.seconds(2);
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.sent()).toBe('');
  });

  it('keepAliveTimeout counts from the last response', () => {
    const harness = serve(ok, { limits: { keepAliveTimeout: 5000 } });
    harness.seconds(4);
    harness.receive(get());
    harness.seconds(5);
    expect(harness.connection.hasEnded).toBe(false);
    harness.seconds(2);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('requestHeadersTimeout counts from the first byte and is not moved by more of them: 408', () => {
    const harness = serve(ok, { limits: { requestHeadersTimeout: 5000 } });
    for (const byte of 'GET / H') {
      harness.receive(byte);
      harness.seconds(1);
    }
    expect(harness.sent()).toBe('HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(harness.badRequests).toMatchObject([{ code: 'HTTP1_REQUEST_HEADERS_TIMEOUT' }]);
  });

  it('no timeout while a handler runs', async () => {
    const harness = serve(never, { limits: { keepAliveTimeout: 1000, requestHeadersTimeout: 1000 } });
    harness.receive(get());
    harness.seconds(100);
    expect(harness.connection.hasEnded).toBe(false);
    expect(harness.connection.isAborted).toBe(false);
  });

  const slowBody = { minRequestBodyDataRate: { bytesPerSecond: 10, gracePeriod: 2000 } };

  it('minRequestBodyDataRate: slower than that while the application waits is 408', async () => {
    const harness = serve(async ({ request }) => void (await request.bytes()), { limits: slowBody });
    harness.receive(post('x'.repeat(1000)).slice(0, -999));
    await settled();
    harness.seconds(2);
    await settled();
    expect(harness.sent()).toBe('');
    harness.seconds(2);
    await settled();
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 408 /);
    expect(harness.badRequests).toMatchObject([{ code: 'HTTP1_REQUEST_BODY_TIMEOUT' }]);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('minRequestBodyDataRate: a peer that keeps the rate is served', async () => {
    const harness = serve(async ({ request }) => void (await request.bytes()), { limits: slowBody });
    const whole = post('x'.repeat(200));
    harness.receive(whole.slice(0, -200));
    for (let i = 0; i < 20; i++) {
      harness.receive('x'.repeat(10));
      await settled();
      harness.seconds(1);
    }
    await settled();
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('minRequestBodyDataRate: a late heartbeat counts as one second, since the server was busy', async () => {
    const harness = serve(async ({ request }) => void (await request.bytes()), { limits: slowBody });
    harness.receive(post('x'.repeat(100)).slice(0, -99));
    await settled();
    for (let beat = 0; beat < 2; beat++) harness.beat(60_000);
    await settled();
    expect(harness.sent()).toBe('');
    harness.beat(60_000);
    await until(() => harness.sent().startsWith('HTTP/1.1 408 '));
  });

  it('minRequestBodyDataRate: time in which the handler does not read does not count', async () => {
    const harness = serve(never, { limits: slowBody });
    harness.receive(post('x'.repeat(100)).slice(0, -99));
    harness.seconds(60);
    await settled();
    expect(harness.sent()).toBe('');
  });

  const slowReader = { minResponseDataRate: { bytesPerSecond: 1000, gracePeriod: 2000 } };

  it('minResponseDataRate: a peer that does not read is reset', async () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(10_000)), { limits: slowReader });
    harness.connection.takesMore = false;
    harness.receive(get());
    harness.seconds(10);
    expect(harness.connection.isAborted).toBe(false);
    // 1 s for the tick, 2 s of grace with the head, 10 s for the content.
    harness.seconds(4);
    expect(harness.connection.isAborted).toBe(true);
  });

  it('minResponseDataRate: a reset connection that closes later has no further timeouts', () => {
    const harness = serve(({ response }) => response.send('x'), { limits: slowReader });
    harness.connection.takesMore = false;
    harness.receive(`${get()}GET / HT`);
    // `closed` follows in a microtask, after all beats.
    harness.seconds(60);
    expect(harness.connection.isAborted).toBe(true);
    expect(harness.sent()).not.toContain('408');
  });

  it('minResponseDataRate: a late heartbeat gives the time back in which the server was busy', async () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(10_000)), { limits: slowReader });
    harness.connection.takesMore = false;
    harness.receive(get());
    harness.beat(1000);
    harness.beat(60_000);
    harness.seconds(11);
    expect(harness.connection.isAborted).toBe(false);
    harness.seconds(2);
    expect(harness.connection.isAborted).toBe(true);
  });

  it('minResponseDataRate: a peer that has read everything is not', async () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(10_000)), { limits: slowReader });
    harness.connection.takesMore = false;
    harness.receive(get());
    harness.seconds(5);
    harness.connection.receiver.drained();
    harness.seconds(60);
    expect(harness.connection.isAborted).toBe(false);
  });
});
