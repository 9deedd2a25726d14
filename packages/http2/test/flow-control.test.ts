import type { HttpContext } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get, ids, open } from './support/answers.ts';
import { serve } from './support/serve.ts';

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
