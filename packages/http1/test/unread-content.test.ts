import type { HttpContext } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { chunked, get, post, serve } from './support/exchange-harness.ts';
const statuses = (sent: string): string[] => sent.match(/(?<=^|\n|\})HTTP\/1\.1 \d{3}/g)?.map((s) => s.slice(-3)) ?? [];

describe('content left unread is dropped after the response, within limits', () => {
  const early = ({ response }: HttpContext): void => response.send('early');

  it('what comes is dropped and the next request answered', async () => {
    const harness = serve(early);
    const whole = post('hello');
    harness.receive(whole.slice(0, -3));
    expect(statuses(harness.sent())).toEqual(['200']);
    harness.receive(`${whole.slice(-3)}${get('/next')}`);
    expect(statuses(harness.sent().replaceAll('early', '\n'))).toEqual(['200', '200']);
  });

  it('more than maxRequestDrainSize known beforehand: the response says close', async () => {
    const harness = serve(early, { limits: { maxRequestDrainSize: 10 } });
    harness.receive(post('x'.repeat(1000)).slice(0, -990));
    expect(harness.sent()).toContain('connection: close\r\n');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('chunks beyond maxRequestDrainSize: the connection ends', async () => {
    const harness = serve(early, { limits: { maxRequestDrainSize: 10 } });
    harness.receive(chunked('5\r\nhello\r\n'));
    expect(harness.connection.hasEnded).toBe(false);
    harness.receive('6\r\nworld!\r\n');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('the time in which content was dropped counts towards the time for which the end lingers', () => {
    const harness = serve(early, { limits: { maxRequestDrainSize: 100, requestDrainTimeout: 5000 } });
    harness.receive(chunked(`50\r\n${'x'.repeat(80)}\r\n`));
    harness.seconds(4);
    harness.receive(`50\r\n${'x'.repeat(80)}\r\n`);
    expect(harness.connection.hasEnded).toBe(true);
    harness.seconds(1);
    expect(harness.connection.isDisposed).toBe(false);
    harness.seconds(1);
    expect(harness.connection.isDisposed).toBe(true);
  });

  it('too much of it while the peer still reads a long response: the response is not cut off', () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(100_000)), {
      limits: { maxRequestDrainSize: 10, requestDrainTimeout: 2000 },
    });
    harness.connection.takesMore = false;
    harness.receive(chunked('5\r\nhello\r\n'));
    harness.receive('6\r\nworld!\r\n');
    harness.seconds(60);
    expect(harness.connection.isDisposed).toBe(false);
    expect(harness.connection.isAborted).toBe(false);
    harness.connection.receiver.drained();
    expect(harness.connection.hasEnded).toBe(true);
    harness.seconds(4);
    expect(harness.connection.isDisposed).toBe(true);
  });

  it('content that breaks while it is dropped: the connection ends, nothing more is read as a request', async () => {
    const harness = serve(early);
    harness.receive(chunked(''));
    harness.receive(`zz\r\n${get('/smuggled')}`);
    expect(statuses(harness.sent().replaceAll('early', '\n'))).toEqual(['200']);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('longer than requestDrainTimeout: the connection is closed, and not reset before the response is delivered', async () => {
    const harness = serve(early, { limits: { requestDrainTimeout: 3000 } });
    harness.receive(post('hello').slice(0, -3));
    harness.seconds(3);
    expect(harness.connection.isDisposed).toBe(false);
    harness.seconds(2);
    expect([harness.connection.isDisposed, harness.connection.isAborted]).toEqual([true, false]);
  });
});
