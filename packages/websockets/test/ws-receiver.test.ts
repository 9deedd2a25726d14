import { afterEach, describe, expect, it } from 'vitest';
import { type WsReceiver, improve } from '../src/ws-receiver.ts';
import { accepting, serve, stopServers } from './support/server.ts';

afterEach(stopServers);

const receiverOf = (socket: unknown): WsReceiver => (socket as { readonly _receiver: WsReceiver })._receiver;

const opened = async () => {
  const { handler, sockets } = accepting();
  const server = await serve(handler, { messageTimeout: 5000, keepAliveInterval: null });
  const client = await server.rawInMemory();
  await client.upgrade();
  return { server, client, socket: sockets[0]! };
};

describe('the receiver of ws', () => {
  it.each<[name: keyof WsReceiver, type: string]>([
    ['_allowSynchronousEvents', 'boolean'],
    ['_errored', 'boolean'],
    ['_state', 'number'],
    ['_fragmented', 'number'],
    ['_bufferedBytes', 'number'],
    ['_buffers', 'object'],
    ['_payloadLength', 'number'],
    ['_mask', 'undefined'],
    ['consume', 'function'],
    ['getData', 'function'],
    ['_write', 'function'],
  ])('has the member %s, which this package uses', async (name, type) => {
    const receiver = receiverOf((await opened()).socket);
    expect([name in receiver, typeof receiver[name]]).toEqual([true, type]);
  });
});

describe('a receiver of a later ws that lacks members', () => {
  it.each<[names: (keyof WsReceiver)[]]>([
    [['_state']],
    [['_bufferedBytes']],
    [['_fragmented']],
    [['_state', '_bufferedBytes', '_fragmented']],
  ])('%j: an idle WebSocket stays open after messageTimeout', async (names) => {
    const { server, client, socket } = await opened();
    const receiver = receiverOf(socket);
    for (const name of names) Reflect.deleteProperty(receiver, name);
    server.clock.seconds(60);
    socket.send('open');
    expect(String((await client.frame(0))?.payload)).toBe('open');
    socket.terminate();
  });

  it.each<[name: keyof WsReceiver]>([['_payloadLength'], ['_bufferedBytes'], ['_buffers'], ['_mask'], ['consume']])(
    '%s: ws unmasks',
    (missing) => {
      const getData = (): void => {};
      const members = {
        _payloadLength: 0,
        _bufferedBytes: 0,
        _buffers: [],
        _mask: undefined,
        consume: getData,
        getData,
      };
      const receiver = members as unknown as WsReceiver;
      Reflect.deleteProperty(receiver, missing);
      improve(receiver);
      expect(receiver.getData).toBe(getData);
    },
  );
});
