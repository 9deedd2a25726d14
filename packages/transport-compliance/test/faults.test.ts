import { duplexPair } from 'node:stream';
import { type Connection, type Receiver, fromDuplex } from '@windhover/connections';
import { connectionCompliance } from '@windhover/transport-compliance';
import { afterEach, describe, expect, it, vi } from 'vitest';

/** How a connection may be broken; each member replaces one that works. */
interface Fault {
  readonly connection?: (whole: Connection) => Partial<Connection>;
  readonly receiver?: (whole: Receiver, connection: Connection) => Partial<Receiver>;
}

const members = (whole: Connection): Connection => ({
  id: whole.id,
  features: whole.features,
  start: (receiver) => whole.start(receiver),
  pause: () => whole.pause(),
  resume: () => whole.resume(),
  write: (bytes) => whole.write(bytes),
  end: () => whole.end(),
  abort: (reason) => whole.abort(reason),
  dispose: () => whole.dispose(),
  onClosed: (observer) => whole.onClosed(observer),
});

const broken = (whole: Connection, { connection, receiver }: Fault): Connection => {
  const start = (given: Receiver): void => {
    const faithful: Receiver = {
      received: (bytes) => given.received(bytes),
      drained: () => given.drained(),
      ended: () => given.ended(),
      closed: (error) => given.closed(error),
    };
    whole.start({ ...faithful, ...receiver?.(given, whole) });
  };
  return { ...members(whole), start, ...connection?.(whole) };
};

const reused = new Uint8Array(1024 * 1024);

/** Each fault with a part of the name of a check that has to find it. */
const faults: Readonly<Record<string, readonly [string, Fault]>> = {
  'strings are written as UTF-8': [
    'all 256 byte values',
    {
      connection: (whole) => ({
        write: (bytes) => whole.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
      }),
    },
  ],
  'received memory is reused': [
    'chunks that the receiver keeps',
    {
      receiver: (given) => ({
        received(bytes) {
          reused.set(bytes);
          given.received(reused.subarray(0, bytes.length));
        },
      }),
    },
  ],
  'borrowed memory has more bytes than its size': [
    'a receiver that borrows memory',
    {
      receiver: (given) => ({
        received(bytes) {
          if (given.borrowed === undefined) return given.received(bytes);
          reused.set(bytes);
          given.borrowed(reused, bytes.length + 1);
        },
      }),
    },
  ],
  'a receiver that owns its bytes gets memory that is used again': [
    'a receiver that borrows memory',
    {
      receiver: (given) => ({
        received(bytes) {
          reused.set(bytes);
          if (given.borrowed === undefined) given.received(reused.subarray(0, bytes.length));
          else given.borrowed(reused, bytes.length);
        },
      }),
    },
  ],
  'ended is called twice': [
    'nothing is sent after end',
    {
      receiver: (given) => ({
        ended() {
          given.ended();
          given.ended();
        },
      }),
    },
  ],
  'closed is called twice': [
    'every call after it',
    {
      receiver: (given) => ({
        closed(error) {
          given.closed(error);
          given.closed(error);
        },
      }),
    },
  ],
  'pause does nothing': ['nothing is received until resume', { connection: () => ({ pause: () => undefined }) }],
  'write never returns false': [
    'write returns false above the mark',
    {
      connection: (whole) => ({
        write(bytes) {
          whole.write(bytes);
          return true;
        },
      }),
    },
  ],
  'the reason is lost': [
    'closed receives the reason itself',
    { connection: (whole) => ({ abort: () => whole.abort() }) },
  ],
  'start calls the receiver at once': [
    'no call of the connection calls a receiver',
    {
      connection: (whole) => ({
        start(receiver) {
          receiver.drained();
          whole.start(receiver);
        },
      }),
    },
  ],
  'observers are not notified': ['observers after the receiver', { connection: () => ({ onClosed: () => undefined }) }],
};

const realTimeout = setTimeout;

afterEach(() => vi.restoreAllMocks());

describe('the suite finds a connection in which', () => {
  it.each(Object.entries(faults))('%s', async (_fault, [name, fault]) => {
    const pair = () => {
      const [client, served] = duplexPair();
      return { client: broken(fromDuplex(client), fault), served: broken(fromDuplex(served), fault) };
    };
    // A check waits 10 s for an event that a fault withholds; a broken connection need not wait.
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((callback: () => void, milliseconds: number) =>
      realTimeout(callback, Math.min(milliseconds, 500))) as typeof setTimeout);
    const check = connectionCompliance({ pair, resets: false }).find((check) => check.name.includes(name))!;
    await expect(check.run()).rejects.toMatchObject({ code: 'ERR_ASSERTION' });
  });
});
