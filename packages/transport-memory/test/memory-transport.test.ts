import { type Receiver, formatEndpoint } from '@windhover/connections';
import { MemoryTransport, connectionPair } from '@windhover/transport-memory';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { uncaughtExceptions } from '../../../tools/test-support/uncaught-exceptions.ts';

const silent: Receiver = {
  received: () => undefined,
  drained: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};

const endpoint = { kind: 'memory', name: 'test' } as const;

/** Resolves with the first bytes. */
const firstBytes = (start: (receiver: Receiver) => void): Promise<string> =>
  new Promise((resolve) => {
    start({
      received: (bytes) => resolve(Buffer.from(bytes).toString()),
      drained: () => undefined,
      ended: () => undefined,
      closed: () => undefined,
    });
  });

afterEach(() => vi.useRealTimers());

describe('the memory transport', () => {
  it('refuses a client without a listener', () => {
    expect(() => new MemoryTransport().connect(endpoint)).toThrow(
      expect.objectContaining({ code: 'CONNECTION_REFUSED', message: 'Nothing listens on memory:test' }),
    );
  });

  it('has its own names: two transports do not see each other', async () => {
    const [first, second] = [new MemoryTransport(), new MemoryTransport()];
    await first.bind(endpoint, () => undefined);
    await second.bind(endpoint, () => undefined);
    const other = new MemoryTransport();
    expect(() => other.connect(endpoint)).toThrow(expect.objectContaining({ code: 'CONNECTION_REFUSED' }));
  });

  it('says what to do when a name is taken', async () => {
    const transport = new MemoryTransport();
    await transport.bind(endpoint, () => undefined);
    await expect(transport.bind(endpoint, () => undefined)).rejects.toThrow(
      'Cannot listen on memory:test: the address is already in use. Unbind the listener that has this name, or choose',
    );
  });

  it('listens on memory only', () => {
    const transport = new MemoryTransport();
    expect(transport.canBind(endpoint)).toBe(true);
    expect(transport.canBind({ kind: 'unix', path: '/run/app.sock' })).toBe(false);
    expect(formatEndpoint(endpoint)).toBe('memory:test');
  });

  it('hands a client over in a later turn, with all that it wrote', async () => {
    const transport = new MemoryTransport();
    let accepted = false;
    const bytes = new Promise<string>((resolve) => {
      void transport.bind(endpoint, async (connection) => {
        accepted = true;
        resolve(await firstBytes((receiver) => connection.start(receiver)));
      });
    });
    transport.connect(endpoint).write('hello');
    expect(accepted).toBe(false);
    expect(await bytes).toBe('hello');
  });
});

describe('maxWriteBufferSize 0', () => {
  it('each write of bytes returns false, and drained follows; one of nothing does not wait', async () => {
    const transport = new MemoryTransport();
    await transport.bind(
      endpoint,
      (served) => {
        expect(served.write('')).toBe(true);
        expect(served.write('x')).toBe(false);
        served.start({ ...silent, drained: () => served.end() });
      },
      { maxWriteBufferSize: 0 },
    );
    const client = transport.connect(endpoint);
    await new Promise<void>((ended) => client.start({ ...silent, ended }));
  });
});

describe('a receiver that throws', () => {
  it.each(['received', 'drained', 'ended'] as const)('in %s: the events after it follow', async (event) => {
    const [first, second] = connectionPair({ highWaterMark: 1 });
    const events: string[] = [];
    const note = (name: string) => (): void => {
      events.push(name);
      if (name === event) throw new Error('not today');
    };
    const uncaught = await uncaughtExceptions(async () => {
      second.start({
        received: note('received'),
        drained: note('drained'),
        ended: note('ended'),
        closed: note('closed'),
      });
      first.start({ ...silent, drained: () => first.end() });
      second.write('x');
      await turns(3);
      first.write('x');
      await turns(5);
      expect(events).toEqual(['drained', 'received', 'ended']);
      second.end();
      await turns(3);
    });
    expect(uncaught).toMatchObject([{ message: 'not today' }]);
    expect(events).toEqual(['drained', 'received', 'ended', 'closed']);
  });
});

describe('a connection pair', () => {
  it('moves bytes while the timers of a test are fake', async () => {
    vi.useFakeTimers();
    const [first, second] = connectionPair();
    first.write('time stands still');
    expect(await firstBytes((receiver) => second.start(receiver))).toBe('time stands still');
  });

  it('write is false from the high-water mark on', () => {
    const [first] = connectionPair({ highWaterMark: 10 });
    expect(first.write('123456789')).toBe(true);
    expect(first.write('0')).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN])('highWaterMark %d: RangeError', (highWaterMark) => {
    expect(() => connectionPair({ highWaterMark })).toThrow(RangeError);
    expect(() => new MemoryTransport({ highWaterMark })).toThrow(/highWaterMark must be an integer/);
  });
});
