import { describe, expect, it } from 'vitest';
import { fc } from '../../../tools/test-support/property.ts';
import { HandlerRuns, randomHandlers } from '../../../tools/test-support/random-handlers.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { type Served, serve } from './support/serve.ts';

/** The frames of a new request. */
const requests: Readonly<Record<string, (id: number) => string>> = {
  GET: (id) => `HEADERS END_HEADERS,END_STREAM ${id}: GET`,
  POST: (id) => `HEADERS END_HEADERS ${id}: POST\nDATA END_STREAM ${id}: "abcd"`,
  CONNECT: (id) => `HEADERS END_HEADERS ${id}: [:method=CONNECT] [:authority=b:1]`,
  'CONNECT and DATA': (id) => `HEADERS END_HEADERS ${id}: [:method=CONNECT] [:authority=b:1]\nDATA ${id}: "abc"`,
  'first half': (id) => `HEADERS END_HEADERS ${id}: POST\nDATA ${id}: "abc"`,
};

/** Frames that follow a request, or change the connection. */
const frames: Readonly<Record<string, (id: number) => string>> = {
  'second half': (id) => `DATA END_STREAM ${id}: "def"`,
  reset: (id) => `RST_STREAM ${id}: CANCEL`,
  'window of the stream': (id) => `WINDOW_UPDATE ${id}: 00004000`,
  'window of the connection': () => 'WINDOW_UPDATE: 00004000',
  'small windows': () => 'SETTINGS: 0004 00000005',
  'large windows': () => 'SETTINGS: 0004 00100000',
  PING: () => 'PING: *8(01)',
};

/** What else happens to the connection. */
const events: Readonly<Record<string, (served: Served) => unknown>> = {
  'next turn': () => turns(1),
  'next microtask': () => Promise.resolve(),
  'the client stops reading': ({ connection }) => void (connection.takesMore = false),
  'the client has read all': (served) => readAll(served),
  'a second passes': (served) => served.seconds(1),
  'a minute passes': (served) => served.seconds(60),
  'the server stops': ({ server }) => server.requestClose(),
  'the client leaves': (served) => served.send('GOAWAY: 00000000 00000000'),
  'the connection is cut': ({ connection }) => connection.close(new Error('cut')),
};

const readAll = ({ connection }: Served): void => {
  connection.takesMore = true;
  connection.receiver.drained();
};

const named = (names: string[], newest = 0): fc.Arbitrary<{ name: string; age: number }> =>
  fc.record({ name: fc.constantFrom(...names), age: fc.nat(newest) });

const connectionEvents = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: named(Object.keys(requests)) },
    { weight: 4, arbitrary: named(Object.keys(frames), 3) },
    { weight: 4, arbitrary: named(Object.keys(events).slice(0, 5)) },
    { weight: 1, arbitrary: named(Object.keys(events).slice(5)) },
  ),
  { maxLength: 25 },
);

type ConnectionEvents = typeof connectionEvents extends fc.Arbitrary<infer E> ? E : never;

/** Runs the events, then reads everything. @returns whether the connection is still open */
const run = async (served: Served, all: ConnectionEvents): Promise<boolean> => {
  const { connection } = served;
  let newest = -1;
  for (const { name, age } of all) {
    if (connection.isOver) return false;
    if (name in events) {
      if (!connection.isPaused || name !== 'the client leaves') await events[name]!(served);
    } else if (!connection.isPaused) {
      if (name in requests) newest += 2;
      served.send((requests[name] ?? frames[name])!(Math.max(1, newest - 2 * age)));
    }
  }
  for (let round = 0; round < 10 && !connection.isOver; round++) {
    readAll(served);
    await turns(1);
    if (!connection.isOver) served.send('SETTINGS: 0004 00100000\nWINDOW_UPDATE: 00100000');
  }
  return !connection.isOver && !connection.hasEnded;
};

const streamsOf = (lines: readonly string[], form: RegExp): Set<string> =>
  new Set(lines.filter((line) => form.test(line)).map((line) => line.split(' ', 2)[1]!));

describe('any handlers, and any events of a connection', () => {
  it('each request is completed once, and each response ends', async () => {
    await fc.assert(
      fc.asyncProperty(randomHandlers, connectionEvents, async (handlers, all) => {
        const runs = new HandlerRuns(handlers);
        const served = serve(runs.handler, { upgrades: runs.upgrades });
        const isOpen = await run(served, all);
        const areAnswered = isOpen && runs.areOver && runs.upgraded === 0;
        const lines = served.next();
        served.connection.close(new Error('cut'));
        await turns(10);
        const count = runs.methods.length;
        expect([runs.returned, runs.completed, runs.upgraded]).toEqual([count, count, 0]);
        if (!areAnswered || all.some(({ name }) => name === 'reset')) return;
        const ended = streamsOf(lines, /^(?:HEADERS|DATA) .* end$|^RST_STREAM /s);
        expect([...streamsOf(lines, /^HEADERS /)].filter((id) => !ended.has(id))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
