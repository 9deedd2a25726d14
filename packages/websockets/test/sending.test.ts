import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { until } from '../../../tools/test-support/until.ts';
import { Opcode, type RawWebSocket } from './support/raw-web-socket.ts';
import { accepting, serve, stopServers } from './support/server.ts';

afterEach(stopServers);

const opened = async (): Promise<{ socket: WebSocket; client: RawWebSocket }> => {
  const { handler, sockets } = accepting();
  const client = await (await serve(handler)).raw();
  await client.upgrade();
  await until(() => sockets.length === 1);
  return { socket: sockets[0]!, client };
};

const long = 'ü'.repeat(3000);

describe('what send puts on the wire', () => {
  it.each([
    ['text', 'Grüße', undefined, Opcode.text],
    ['no text', '', undefined, Opcode.text],
    ['bytes', Buffer.from([1, 2, 3]), undefined, Opcode.binary],
    ['125 bytes', Buffer.alloc(125, 1), undefined, Opcode.binary],
    ['126 bytes', Buffer.alloc(126, 1), undefined, Opcode.binary],
    ['4,096 bytes', Buffer.alloc(4096, 1), undefined, Opcode.binary],
    ['4,097 bytes', Buffer.alloc(4097, 1), undefined, Opcode.binary],
    ['65,535 bytes', Buffer.alloc(65_535, 1), undefined, Opcode.binary],
    ['65,536 bytes', Buffer.alloc(65_536, 1), undefined, Opcode.binary],
    ['text with more bytes than characters', long, undefined, Opcode.text],
    ['bytes as text', Buffer.from('text'), { binary: false }, Opcode.text],
    ['text as binary', 'text', { binary: true }, Opcode.binary],
    ['an array buffer', new Uint8Array([5]).buffer, undefined, Opcode.binary],
  ] as const)('%s', async (_name, data, options, opcode) => {
    const { socket, client } = await opened();
    socket.send(data, options ?? {});
    const sent = await client.frame(0);
    expect(sent).toMatchObject({ fin: true, reserved: 0, opcode });
    expect(sent!.payload.equals(typeof data === 'string' ? Buffer.from(data) : Buffer.from(data as Uint8Array))).toBe(
      true,
    );
  });

  it('a message in fragments is sent as one message', async () => {
    const { socket, client } = await opened();
    socket.send('a', { fin: false });
    socket.send('b', { fin: false });
    socket.send('c');
    socket.send('d');
    await client.frame(3);
    expect(client.frames.map(({ fin, opcode, payload }) => [fin, opcode, String(payload)])).toEqual([
      [false, Opcode.text, 'a'],
      [false, Opcode.continuation, 'b'],
      [true, Opcode.continuation, 'c'],
      [true, Opcode.text, 'd'],
    ]);
  });

  it.each([
    ['a Blob', 'first'],
    ['an empty Blob', ''],
  ])('a message that is sent after %s arrives after it', async (_name, first) => {
    const { socket, client } = await opened();
    socket.send(new Blob([first]));
    socket.send('second');
    await client.frame(1);
    expect(client.frames.map(({ opcode, payload }) => [opcode, String(payload)])).toEqual([
      [Opcode.binary, first],
      [Opcode.text, 'second'],
    ]);
  });

  it('a message in fragments that begins after a Blob is sent as one message', async () => {
    const { socket, client } = await opened();
    const sent = new Promise((resolve) => socket.send(new Blob(['first']), resolve));
    socket.send('a', { fin: false });
    await sent;
    await until(() => socket.bufferedAmount === 0);
    socket.send('b', { fin: true });
    await client.frame(2);
    expect(client.frames.map(({ fin, opcode, payload }) => [fin, opcode, String(payload)])).toEqual([
      [true, Opcode.binary, 'first'],
      [false, Opcode.text, 'a'],
      [true, Opcode.continuation, 'b'],
    ]);
  });

  it('the callback is called, also with the error of a closed WebSocket', async () => {
    const { socket } = await opened();
    expect(await new Promise((resolve) => socket.send('a', resolve))).toBeFalsy();
    expect(await new Promise((resolve) => socket.send('a', {}, resolve))).toBeFalsy();
    socket.terminate();
    expect(await new Promise((resolve) => socket.send('a', resolve))).toBeInstanceOf(Error);
  });
});
