import { expect, it } from 'vitest';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { until } from '../../../tools/test-support/until.ts';
import { createServer } from '../src/index.ts';
import { whileListening } from './support/while-listening.ts';

it('bytes on the socket after content that waits for the client: the callback of the content is called', async () => {
  const piece = Buffer.alloc(2 ** 20);
  let written = 0;
  let called = 0;
  let isWritten = false;
  const server = createServer((_, response) => {
    const fill = (): void => {
      // By now, content that does not wait has been passed on.
      if (response.writableNeedDrain) isWritten = (response.socket!.write('bytes'), true);
      else {
        written++;
        response.write(piece, () => void called++);
        setImmediate(fill);
      }
    };
    fill();
  });
  await whileListening(server, async (port) => {
    const client = await RawClient.open({ port, host: '127.0.0.1' });
    client.stream.pause();
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => isWritten && called === written);
    expect(written).toBeGreaterThan(0);
    client.stream.destroy();
  });
});
