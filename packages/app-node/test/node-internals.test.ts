import { once } from 'node:events';
import http, { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import windhover from '../src/index.ts';
import { outHeadersKey, uniqueHeadersKey } from '../src/node-internals.ts';
import { whileListening } from './support/while-listening.ts';

const request = new IncomingMessage(null as unknown as Socket);
const response = new ServerResponse(request);

describe('members of the classes of Node that this package uses', () => {
  it.each(['_storeHeader', '_send', '_writeRaw', '_finish', '_flushOutput', '_flush'])('%s of a response', (name) => {
    expect(Reflect.get(response, name)).toBeTypeOf('function');
  });

  it.each(['_read', '_destroy', '_addHeaderLines', '_dump'])('%s of a request', (name) => {
    expect(Reflect.get(request, name)).toBeTypeOf('function');
  });

  it.each([
    '_header',
    '_headerSent',
    '_hasBody',
    '_trailer',
    '_contentLength',
    '_closed',
    '_removedContLen',
    '_expect_continue',
    '_sent100',
  ])('%s of a response is a property', (name) => expect(Object.hasOwn(response, name)).toBe(true));

  it('the keys of the header tables', () => {
    expect([outHeadersKey, uniqueHeadersKey()]).toEqual([expect.any(Symbol), expect.any(Symbol)]);
  });

  it.each([
    'readingMore',
    'flowing',
    'resumeScheduled',
    'readableListening',
    'pipes',
    'ended',
    'endEmitted',
    'destroyed',
    'closed',
    'closeEmitted',
  ])('%s of the state of a request', (name) => expect(name in Reflect.get(request, '_readableState')).toBe(true));

  it('_eventsCount of a request counts events with listeners', () => {
    const counted = new IncomingMessage(null as unknown as Socket);
    expect(Reflect.get(counted, '_eventsCount')).toBe(0);
    counted.on('close', () => {});
    expect(Reflect.get(counted, '_eventsCount')).toBe(1);
  });
});

/** The requests that a server has received, when the responses to all of them are closed. */
const served = async (
  module: Pick<typeof http, 'createServer'>,
  count: number,
  handler: (request: IncomingMessage) => void,
): Promise<IncomingMessage[]> => {
  const requests: IncomingMessage[] = [];
  let closed = 0;
  const server = module.createServer((received, answer) => {
    requests.push(received);
    answer.on('close', () => closed++);
    handler(received);
    answer.end('x');
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return whileListening(server, async (port) => {
    for (let sent = 0; sent < count; sent++) {
      const [answer] = (await once(http.get({ port, agent }), 'response')) as [IncomingMessage];
      await once(answer.resume(), 'end');
    }
    await until(() => closed === count);
    return requests;
  }).finally(() => agent.destroy());
};

const ours = windhover as unknown as typeof http;

describe('a request without content, after its response', () => {
  it('that has no listeners is ended, destroyed and closed as in node:http', async () => {
    for (const module of [http, ours]) {
      const [received] = await served(module, 1, () => {});
      await until(() => received!.closed);
      const { complete, readableEnded, destroyed, aborted, readable } = received!;
      expect({ complete, readableEnded, destroyed, aborted, readable }).toEqual({
        complete: true,
        readableEnded: true,
        destroyed: true,
        aborted: false,
        readable: false,
      });
    }
  });

  it.each(['end', 'close'])('that has a listener for %s emits it', async (event) => {
    let emitted = 0;
    await served(ours, 2, (received) => received.on(event, () => emitted++));
    await until(() => emitted > 1);
    expect(emitted).toBe(2);
  });

  it.skipIf(!('signal' in IncomingMessage.prototype))('leaves no listener of req.signal on the socket', async () => {
    const counts: number[] = [];
    await served(ours, 3, (received) => {
      counts.push(received.socket.listenerCount('close'));
      void (received as IncomingMessage & { signal: AbortSignal }).signal;
    });
    expect(new Set(counts).size).toBe(1);
  });
});
