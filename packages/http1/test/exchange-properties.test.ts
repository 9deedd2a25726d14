import { ResponseDecoder, ResponseEvent } from '@windhover/http1-codec';
import { describe, expect, it } from 'vitest';
import { fc } from '../../../tools/test-support/property.ts';
import { HandlerRuns, randomHandlers } from '../../../tools/test-support/random-handlers.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { type Harness, serve } from './support/exchange-harness.ts';

/** What the client sends. */
const messages: Readonly<Record<string, string>> = {
  GET: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  HEAD: 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n',
  'HTTP/1.0': 'GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
  POST: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd',
  chunked: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'first half': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc',
  'expecting 100': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n',
  'second half': 'def',
  Upgrade: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  CONNECT: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
  close: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
};

/** What else happens to the connection. */
const events: Readonly<Record<string, (harness: Harness) => unknown>> = {
  'next turn': () => turns(1),
  'next microtask': () => Promise.resolve(),
  'the client stops reading': ({ connection }) => void (connection.takesMore = false),
  'the client has read all': (harness) => readAll(harness),
  'a second passes': (harness) => harness.seconds(1),
  'a minute passes': (harness) => harness.seconds(60),
  'the server stops': (harness) => harness.requestClose(),
  'the client ends': ({ connection }) => connection.receiver.ended(),
  'the connection is cut': ({ connection }) => connection.close(new Error('cut')),
};

const readAll = ({ connection }: Harness): void => {
  connection.takesMore = true;
  connection.receiver.drained();
};

const connectionEvents = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...Object.keys(messages)) },
    { weight: 4, arbitrary: fc.constantFrom(...Object.keys(events).slice(0, 5)) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(events).slice(5)) },
  ),
  { maxLength: 20 },
);

/** Runs the events until the server closes the connection. @returns whether it is still open */
const run = async (harness: Harness, names: readonly string[]): Promise<boolean> => {
  const { connection } = harness;
  let hasEnded = false;
  for (const name of names) {
    if (connection.isOver) return false;
    const message = messages[name];
    if (message !== undefined) {
      if (!hasEnded && !connection.isPaused) harness.receive(message);
    } else if (name !== 'the client ends' || !hasEnded) {
      hasEnded ||= name === 'the client ends';
      await events[name]!(harness);
    }
  }
  for (let round = 0; round < 10 && !connection.isOver; round++) {
    readAll(harness);
    await turns(1);
  }
  return !connection.isOver && !connection.hasEnded;
};

/** Parses the responses to requests with these methods. @throws Http1ResponseError they are not valid */
const countResponses = (sent: string, methods: readonly string[]): { begun: number; complete: number } => {
  const decoder = new ResponseDecoder();
  for (const method of methods) decoder.expect(method, true);
  decoder.push(Buffer.from(sent, 'latin1'));
  const count = { begun: 0, complete: 0 };
  for (let event = decoder.read(); event !== ResponseEvent.needData; event = decoder.read()) {
    if (event === ResponseEvent.switched) return { ...count, complete: count.begun };
    if (event === ResponseEvent.head) count.begun++;
    else if (event === ResponseEvent.end) count.complete++;
  }
  return count;
};

describe('any handlers, and any events of a connection', () => {
  it('each request is completed once, and responses are valid and in order', async () => {
    await fc.assert(
      fc.asyncProperty(randomHandlers, connectionEvents, async (handlers, names) => {
        const runs = new HandlerRuns(handlers);
        const harness = serve(runs.handler, { upgrades: runs.upgrades });
        const isOpen = await run(harness, names);
        const areAnswered = isOpen && runs.areOver && runs.upgraded === 0;
        harness.connection.close(new Error('cut'));
        await turns(10);
        const count = runs.methods.length;
        expect([runs.returned, runs.completed, runs.upgraded]).toEqual([count, count, 0]);
        // A refused request has a response and no handler.
        const { begun, complete } = countResponses(harness.sent(), [...runs.methods, 'GET']);
        expect(begun - complete).toBeLessThanOrEqual(1);
        expect(complete).toBeGreaterThanOrEqual(areAnswered ? count : 0);
      }),
      { numRuns: 300 },
    );
  });
});
