import { duplexPair } from 'node:stream';
import { Features, featureKey } from '@windhover/features';
import { describe, expect, it } from 'vitest';
import { type Connection, LayeredConnection, type Receiver, fromDuplex, takeStream } from '../src/index.ts';

/** A receiver that writes down its calls, and calls `on` after each. */
const recorder = (on?: (event: string) => void): Receiver & { events: string[] } => {
  const events: string[] = [];
  const note = (event: string): void => {
    events.push(event);
    on?.(event);
  };
  return {
    events,
    received: (bytes) => note(Buffer.from(bytes).toString()),
    drained: () => note('drained'),
    ended: () => note('ended'),
    closed: (error) => note(error === undefined ? 'closed' : `closed: ${error.message}`),
  };
};

const layered = () => {
  const [stream, peer] = duplexPair({ allowHalfOpen: true });
  const below = fromDuplex(stream);
  return { stream, peer, below, connection: new LayeredConnection(below) };
};

/** Everything that is under way arrives. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const closing = (connection: Connection): Promise<Error | undefined> =>
  new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('bytes that are given back', () => {
  it('come first, in order, chunk by chunk, and not inside start', async () => {
    const { connection, peer } = layered();
    peer.write('later');
    connection.unread(bytes('a'), bytes(''), bytes('b'));
    connection.unread(bytes('before'));
    const receiver = recorder();
    connection.start(receiver);
    expect(receiver.events).toEqual([]);
    await settled();
    expect(receiver.events).toEqual(['before', 'a', 'b', 'later']);
  });

  it('wait while the connection is paused, also from inside received, and are not delivered inside resume', async () => {
    const { connection } = layered();
    connection.unread(bytes('a'), bytes('b'));
    connection.pause();
    const receiver = recorder(() => connection.pause());
    connection.start(receiver);
    await settled();
    expect(receiver.events).toEqual([]);
    for (const expected of [['a'], ['a', 'b']]) {
      const before = receiver.events.length;
      connection.resume();
      expect(receiver.events).toHaveLength(before);
      await settled();
      expect(receiver.events).toEqual(expected);
    }
  });

  it.each(['abort', 'dispose'] as const)('are not delivered after %s', async (leave) => {
    const { connection } = layered();
    connection.unread(bytes('early'));
    connection.unreadEnd();
    const receiver = recorder();
    connection.start(receiver);
    connection[leave]();
    await settled();
    expect(receiver.events).toEqual([leave === 'abort' ? 'closed: the connection was aborted on this side' : 'closed']);
  });

  it.each(['abort', 'dispose'] as const)('are not delivered after %s inside received', async (leave) => {
    const { connection } = layered();
    connection.unread(bytes('a'), bytes('b'));
    connection.unreadEnd();
    const receiver = recorder((event) => event === 'a' && connection[leave]());
    connection.start(receiver);
    await settled();
    expect(receiver.events.map((event) => event.slice(0, 6))).toEqual(['a', 'closed']);
  });

  it('are received again when a receiver that was started gives them back, before the next bytes', async () => {
    const { connection, peer } = layered();
    let isFirst = true;
    const receiver = recorder((event) => {
      if (!isFirst) return;
      isFirst = false;
      connection.unread(bytes(event));
      peer.write('later');
    });
    connection.start(receiver);
    peer.write('twice');
    await settled();
    expect(receiver.events).toEqual(['twice', 'twice', 'later']);
  });

  it('go to the receiver that replaces the first one', async () => {
    const { connection, peer } = layered();
    const second = recorder();
    connection.unread(bytes('a'), bytes('b'));
    const first = recorder(() => connection.start(second));
    connection.start(first);
    peer.end('later');
    await settled();
    expect([first.events, second.events]).toEqual([['a'], ['b', 'later', 'ended']]);
  });

  it('come before an end of the peer that is given back, too', async () => {
    const { connection } = layered();
    connection.unreadEnd();
    connection.unread(bytes('early'));
    const receiver = recorder();
    connection.start(receiver);
    await settled();
    expect(receiver.events).toEqual(['early', 'ended']);
  });
});

describe('a connection below that closes while bytes wait', () => {
  const endedBelow = async (): Promise<{ connection: LayeredConnection; ended: Promise<Error | undefined> }> => {
    const { connection, below, peer } = layered();
    below.start(recorder());
    peer.end();
    peer.resume();
    await settled();
    connection.unread(bytes('early'));
    connection.unreadEnd();
    connection.end();
    const ended = closing(connection);
    await closing(below);
    return { connection, ended };
  };

  it('without an error: the receiver receives everything, then closed, and then the observers', async () => {
    const { connection, ended } = await endedBelow();
    const receiver = recorder();
    connection.start(receiver);
    await ended;
    expect(receiver.events).toEqual(['early', 'ended', 'closed']);
  });

  it('without an error, and it is paused: the bytes wait for resume', async () => {
    const { connection, ended } = await endedBelow();
    connection.pause();
    const receiver = recorder();
    connection.start(receiver);
    await settled();
    expect(receiver.events).toEqual([]);
    connection.resume();
    await ended;
    expect(receiver.events).toEqual(['early', 'ended', 'closed']);
  });

  it.each(['abort', 'dispose'] as const)('without an error, then %s: closed alone', async (leave) => {
    const { connection, ended } = await endedBelow();
    connection[leave]();
    await ended;
    const receiver = recorder();
    connection.start(receiver);
    await settled();
    expect(receiver.events).toHaveLength(1);
  });

  it('a receiver that is replaced inside ended is not closed, its successor is, once', async () => {
    const { connection, ended } = await endedBelow();
    const second = recorder();
    const first = recorder((event) => event === 'ended' && connection.start(second));
    connection.start(first);
    await ended;
    await settled();
    expect([first.events, second.events]).toEqual([['early', 'ended'], ['closed']]);
  });

  it('with an error: the bytes are dropped', async () => {
    const { connection, stream } = layered();
    connection.unread(bytes('early'));
    const receiver = recorder();
    connection.pause();
    connection.start(receiver);
    stream.destroy(new Error('broken'));
    await closing(connection);
    expect(receiver.events).toEqual(['closed: the connection was reset or cut by the other side']);
  });
});

describe('takeStream of a layered connection', () => {
  it('returns the stream below with the given-back bytes at its front, started or not', async () => {
    for (const isStarted of [false, true]) {
      const { connection, stream, peer } = layered();
      connection.unread(bytes('a'), bytes('b'));
      const receiver = recorder();
      if (isStarted) connection.start(receiver);
      expect(takeStream(connection)).toBe(stream);
      peer.end('c');
      expect(Buffer.concat(await stream.toArray()).toString()).toBe('abc');
      expect(receiver.events).toEqual([]);
    }
  });

  it('returns undefined if the end of the peer was given back, because a stream cannot end again', () => {
    const { connection } = layered();
    connection.unreadEnd();
    expect(takeStream(connection)).toBeUndefined();
  });
});

describe('features of a layered connection', () => {
  const key = featureKey<string>('test/layer');
  const having = (value: string): Features => {
    const features = new Features();
    features.set(key, value);
    return features;
  };

  it('its own features override those below, and those override the inherited ones', () => {
    const { connection, below } = layered();
    const top = new LayeredConnection(connection);
    top.inherit(having('inherited'));
    expect(top.features.get(key)).toBe('inherited');
    expect(below.features.get(key)).toBe('inherited');
    below.features.set(key, 'below');
    expect(top.features.get(key)).toBe('below');
    top.features.set(key, 'own');
    expect(top.features.get(key)).toBe('own');
    expect(below.features.get(key)).toBe('below');
  });

  it('inherited ones are found where the connection below cannot inherit', () => {
    const { below } = layered();
    const plain = new Proxy(below, {
      get: (target, name) => {
        const value: unknown = name === 'inherit' ? undefined : Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const connection = new LayeredConnection(plain);
    connection.inherit(having('inherited'));
    expect(connection.features.get(key)).toBe('inherited');
    below.features.set(key, 'below');
    expect(connection.features.get(key)).toBe('below');
  });

  it('the revision grows with a change in any of them', () => {
    const { connection, below } = layered();
    const inherited = having('inherited');
    connection.inherit(inherited);
    const revisions = [connection, below, inherited].map((features: Pick<Features, 'set'> | Connection) => {
      ('features' in features ? features.features : features).set(key, 'changed');
      return connection.features.revision;
    });
    expect(new Set(revisions).size).toBe(3);
  });
});
