import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Receiver, StreamConnection, buildConnectionPipeline, fromDuplex, takeStream } from '../src/index.ts';

const pair = (): { connection: StreamConnection; stream: Duplex; peer: Duplex } => {
  const [stream, peer] = duplexPair({ allowHalfOpen: true });
  return { connection: new StreamConnection(stream), stream, peer };
};

const recorder = (): Receiver & { events: string[] } => {
  const events: string[] = [];
  return {
    events,
    received: (bytes) => void events.push(Buffer.from(bytes).toString()),
    drained: () => void events.push('drained'),
    ended: () => void events.push('ended'),
    closed: () => void events.push('closed'),
  };
};

describe('takeStream', () => {
  it('returns the stream below, started or not, and the receiver is not called again', async () => {
    const { connection, stream, peer } = pair();
    const receiver = recorder();
    connection.start(receiver);
    peer.write('before');
    await once(stream, 'data');
    const taken = takeStream(connection)!;
    expect(taken).toBe(stream);
    peer.write('after');
    taken.resume();
    expect(String((await once(taken, 'data'))[0])).toBe('after');
    expect(receiver.events).toEqual(['before']);
  });

  it('bytes received before the first read wait in the stream', async () => {
    const { connection, peer } = pair();
    connection.start(recorder());
    const taken = takeStream(connection)!;
    peer.write('waits');
    await new Promise((resolve) => setImmediate(resolve));
    taken.resume();
    expect(String((await once(taken, 'data'))[0])).toBe('waits');
  });

  it('observers are still notified of the end, without an error, which the owner of the stream receives', async () => {
    const { connection } = pair();
    const ended = new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));
    takeStream(connection)!.destroy();
    await expect(ended).resolves.toBeUndefined();
  });

  it("and of the error that has ended it, which is the new owner's to handle", async () => {
    const { connection } = pair();
    const ended = new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));
    const cause = new Error('broken');
    takeStream(connection)!
      .on('error', () => {})
      .destroy(cause);
    expect(await ended).toMatchObject({ code: 'CONNECTION_RESET', cause });
  });

  it('only once, and not from a closed connection or one whose peer has ended', async () => {
    const { connection } = pair();
    expect(takeStream(connection)).toBeDefined();
    expect(takeStream(connection)).toBeUndefined();
    const aborted = pair();
    aborted.connection.abort();
    expect(takeStream(aborted.connection)).toBeUndefined();
    const ended = pair();
    const receiver = recorder();
    ended.connection.start(receiver);
    ended.peer.end();
    await once(ended.stream, 'end');
    expect(takeStream(ended.connection)).toBeUndefined();
  });

  it('not of a connection that middleware has made of another', () => {
    const { stream } = pair();
    const below = fromDuplex(stream);
    let seen: unknown = 'nothing';
    const wrapped = { ...below, features: below.features } as unknown as typeof below;
    void buildConnectionPipeline([(next) => () => next(wrapped)], (connection) => {
      seen = takeStream(connection);
    })(below);
    expect(seen).toBeUndefined();
  });
});
