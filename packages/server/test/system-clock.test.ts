import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '@windhover/server';
import { describe, expect, it, vi } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';

const blockFor = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

describe('system clock', () => {
  it('a blocked event loop: reads the bytes that have arrived before it calls back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
    const events: string[] = [];
    const server = createServer((socket) => void socket.on('data', () => events.push('bytes')));
    server.listen(join(folder, 'socket'));
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    // A write to a unix socket is in the buffer of the other side when it returns.
    const client = connect(join(folder, 'socket'));
    const [socket] = await accepted;
    // The phase of timers is next, and after it the one that reads.
    await turn();
    const cancel = systemClock.every(1, () => void events.push('callback'));
    client.write('bytes');
    blockFor(5);
    await until(() => events.length >= 2);
    cancel();
    client.destroy();
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true });
    expect(events.slice(0, 2)).toEqual(['bytes', 'callback']);
  });

  it('cancelled between the timer and its callback: does not call back', async () => {
    const interval = vi.spyOn(globalThis, 'setInterval');
    let calls = 0;
    const cancel = systemClock.every(60_000, () => calls++);
    const [timerCallback] = interval.mock.lastCall!;
    interval.mockRestore();
    (timerCallback as () => void)();
    cancel();
    await turn();
    await turn();
    expect(calls).toBe(0);
  });

  it('cancelled: has no timer left', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const cancel = systemClock.every(1000, () => {});
      expect(vi.getTimerCount()).toBe(1);
      cancel();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
