import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type Duplex, PassThrough, Readable, duplexPair } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import {
  type Connection,
  type ConnectionDuplex,
  type ConnectionError,
  type Receiver,
  fromDuplex,
  toDuplex,
} from '@windhover/connections';
import { Features } from '@windhover/features';
import { describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { uncaughtExceptions } from '../../../tools/test-support/uncaught-exceptions.ts';

/** A stream over a connection, and the stream at the other end, which knows nothing of connections. */
const bridged = (): { stream: Duplex; connection: Connection; other: Duplex } => {
  const [inner, other] = duplexPair();
  const connection = fromDuplex(inner);
  return { stream: toDuplex(connection), connection, other };
};

/** Everything until the end. Unlike `for await` it leaves the other half of the stream alone. */
const buffer = async (stream: Duplex): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
};

const text = async (stream: Duplex): Promise<string> => (await buffer(stream)).toString();

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const ignore: Receiver = {
  received: () => undefined,
  drained: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};

const closing = (connection: Connection): Promise<Error | undefined> =>
  new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));

describe('toDuplex', () => {
  it('a listener of data that throws: later writes are sent', async () => {
    const { stream, other } = bridged();
    stream.once('data', () => {
      throw new Error('not today');
    });
    const uncaught = await uncaughtExceptions(async () => {
      other.write('a');
      await turns();
    });
    expect(uncaught).toMatchObject([{ message: 'not today' }]);
    stream.write('later');
    expect(String(await once(other, 'data'))).toBe('later');
  });

  it('carries megabytes both ways at once', async () => {
    const { stream, other } = bridged();
    const [there, back] = [randomBytes(3_000_000), randomBytes(2_000_000)];
    const [gotThere, gotBack] = await Promise.all([
      buffer(other),
      buffer(stream),
      pipeline(Readable.from([there]), stream, { end: true }),
      pipeline(Readable.from([back]), other, { end: true }),
    ]);
    expect(hash(gotThere)).toBe(hash(there));
    expect(hash(gotBack)).toBe(hash(back));
  });

  it('a pipeline through it echoes', async () => {
    const { stream, other } = bridged();
    const echoing = pipeline(stream, new PassThrough(), stream);
    const bytes = randomBytes(500_000);
    other.end(bytes);
    expect(hash(await buffer(other))).toBe(hash(bytes));
    await echoing;
  });

  it('serves as a socket to code that was written for sockets', async () => {
    const { stream, other } = bridged();
    const server = createServer((request, response) => request.pipe(response));
    server.emit('connection', stream);
    other.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello');
    expect(await text(other)).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*hello/);
  });

  it('writes strings in their encoding, corked pieces in order', async () => {
    const { stream, other } = bridged();
    stream.cork();
    stream.write('ÿ', 'latin1');
    stream.write('€');
    stream.write('ff00', 'hex');
    stream.uncork();
    stream.end();
    expect((await buffer(other)).toString('hex')).toBe('ffe282acff00');
  });

  it('large corked pieces arrive in order', async () => {
    const { stream, other } = bridged();
    const pieces = Array.from({ length: 10 }, () => randomBytes(20_000));
    stream.cork();
    for (const piece of pieces) stream.write(piece);
    stream.uncork();
    stream.end();
    expect(hash(await buffer(other))).toBe(hash(Buffer.concat(pieces)));
  });

  it('holds the other side back while the stream is not read', async () => {
    const { stream, other } = bridged();
    other.on('error', () => undefined);
    let written = 0;
    const chunk = Buffer.alloc(16 * 1024);
    while (written < 10_000_000) {
      written += chunk.length;
      if (other.write(chunk)) continue;
      const turns = new Promise((resolve) => setImmediate(() => setImmediate(resolve, 'stuck')));
      if ((await Promise.race([once(other, 'drain'), turns])) === 'stuck') break;
    }
    expect(written).toBeLessThan(1_000_000);
    other.end();
    expect((await buffer(stream)).length).toBe(written);
  });

  it('a write waits while the connection is above its mark', async () => {
    const { stream, other } = bridged();
    let written = false;
    stream.write(Buffer.alloc(200_000), () => (written = true));
    stream.end();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(written).toBe(false);
    expect((await buffer(other)).length).toBe(200_000);
    expect(written).toBe(true);
  });

  it('stays writable after the end of the other side', async () => {
    const { stream, other } = bridged();
    other.end('question');
    expect(await text(stream)).toBe('question');
    expect(stream.writable).toBe(true);
    stream.end('answer');
    expect(await text(other)).toBe('answer');
    await finished(stream);
  });

  it('stays readable after its own end', async () => {
    const { stream, other } = bridged();
    stream.end('question');
    expect(await text(other)).toBe('question');
    other.end('answer');
    expect(await text(stream)).toBe('answer');
  });

  it('destroy aborts the connection with the reason, and close follows its end', async () => {
    const { stream, connection } = bridged();
    const reason = new Error('enough');
    const closed = closing(connection);
    const failed = once(stream, 'error');
    stream.destroy(reason);
    expect(await closed).toBe(reason);
    expect((await failed)[0]).toBe(reason);
    expect(stream.closed).toBe(true);
  });

  it('destroy without a reason closes without an error, and without an error event', async () => {
    const { stream, connection } = bridged();
    const closed = closing(connection);
    stream.destroy();
    expect(await closed).toBeUndefined();
    await expect(finished(stream)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });

  it('the error that ends the connection is the error of the stream, and of a write that waits', async () => {
    const { stream, connection } = bridged();
    const failed = once(stream, 'error');
    const writing = new Promise<Error | null | undefined>((resolve) => stream.write(Buffer.alloc(300_000), resolve));
    const reason = new Error('enough');
    connection.abort(reason);
    expect((await failed)[0]).toBe(reason);
    expect(await writing).toBe(reason);
  });

  describe('over a connection that records its calls', () => {
    const recording = (): { connection: Connection; calls: string[]; receiver: () => Receiver } => {
      const calls: string[] = [];
      let receiver: Receiver | undefined;
      const record = (name: string) => (): boolean => calls.push(name) > 0;
      const connection = {
        features: new Features(),
        start: (given: Receiver) => {
          receiver = given;
          calls.push('start');
        },
        ...Object.fromEntries(
          ['pause', 'resume', 'write', 'end', 'abort', 'dispose'].map((name) => [name, record(name)]),
        ),
      } as unknown as Connection;
      return { connection, calls, receiver: () => receiver! };
    };

    /** A stream whose two sides have ended, over a connection that has not closed. */
    const ended = async () => {
      const recorded = recording();
      const stream = toDuplex(recorded.connection);
      stream.end();
      stream.resume();
      recorded.receiver().ended();
      await turns();
      return { ...recorded, stream };
    };

    const destructions = [
      ['without a reason: disposes of it', undefined, 'dispose'],
      ['with a reason: aborts it', new Error('enough'), 'abort'],
    ] as const;

    const isCut = (call: string): boolean => call === 'dispose' || call === 'abort';

    it.each<[encoding: BufferEncoding, written: unknown]>([
      ['latin1', 'caf\xe9'],
      ['binary', 'caf\xe9'],
      ['utf8', Buffer.from('caf\xe9')],
    ])('text in %s is passed on as %o', async (encoding, expected) => {
      const { connection } = recording();
      const written: unknown[] = [];
      connection.write = (bytes) => written.push(bytes) > 0;
      toDuplex(connection).write('caf\xe9', encoding);
      await turns();
      expect(written).toEqual([expected]);
    });

    it('pauses it before it starts, resumes it when the stream is read, and pauses it while the stream is full', async () => {
      const { connection, calls, receiver } = recording();
      const stream = toDuplex(connection);
      expect(calls).toEqual(['pause', 'start']);
      stream.read(0);
      expect(calls).toEqual(['pause', 'start', 'resume']);
      receiver().received(Buffer.alloc(10));
      expect(calls.length).toBe(3);
      receiver().received(Buffer.alloc(stream.readableHighWaterMark));
      expect(calls.slice(3)).toEqual(['pause']);
      expect((stream as ConnectionDuplex).bytesRead).toBe(10 + stream.readableHighWaterMark);
      stream.resume();
      await turns();
      expect(calls.slice(4)).toEqual(['resume']);
    });

    it.each(destructions)('destroyed %s, and closes after it', async (_name, reason, call) => {
      const { connection, calls, receiver } = recording();
      const stream = toDuplex(connection);
      stream.on('error', () => undefined);
      stream.destroy(reason);
      expect(calls.slice(2)).toEqual([call]);
      await turns();
      expect(stream.closed).toBe(false);
      receiver().closed(reason);
      await turns();
      expect(stream.closed).toBe(true);
    });

    it('both sides have ended: the end of the connection is waited for', async () => {
      const { stream, calls, receiver } = await ended();
      expect(calls.filter(isCut)).toEqual([]);
      expect([stream.readableEnded, stream.writableFinished, stream.closed]).toEqual([true, true, false]);
      receiver().closed();
      await turns();
      expect([stream.closed, stream.errored]).toEqual([true, null]);
    });

    it.each(destructions)('both sides have ended, and it is destroyed %s', async (_name, reason, call) => {
      const { stream, calls, receiver } = await ended();
      stream.destroy(reason);
      stream.destroy();
      expect(calls.filter(isCut)).toEqual([call]);
      receiver().closed(reason);
      await turns();
      expect(stream.closed).toBe(true);
    });

    it('ended after its peer: finish waits for the close, and destroy disposes of it', async () => {
      const { connection, calls, receiver } = recording();
      const stream = toDuplex(connection);
      stream.resume();
      receiver().ended();
      await turns();
      stream.end();
      await turns();
      expect([calls.at(-1), stream.writableFinished, stream.destroyed]).toEqual(['end', false, false]);
      stream.destroy();
      expect(calls.at(-1)).toBe('dispose');
      receiver().closed();
      await turns();
      expect(stream.closed).toBe(true);
    });

    it('ended after its peer, and closed: finish and close', async () => {
      const { connection, receiver } = recording();
      const stream = toDuplex(connection);
      stream.resume();
      receiver().ended();
      stream.end();
      await turns();
      receiver().closed();
      await turns();
      expect([stream.writableFinished, stream.closed, stream.errored]).toEqual([true, true, null]);
    });

    it('closed without an error before the end of the peer: the stream is destroyed without one', async () => {
      const { connection, receiver } = recording();
      const stream = toDuplex(connection);
      stream.end();
      receiver().closed();
      await turns();
      expect([stream.closed, stream.errored]).toEqual([true, null]);
    });

    it('a write that the connection does not take at once and that closes it: fails', async () => {
      const { connection, receiver } = recording();
      const stream = toDuplex(connection);
      stream.on('error', () => undefined);
      connection.write = () => {
        receiver().closed();
        return false;
      };
      const failure = new Promise((resolve) => stream.write('text', resolve));
      await expect(failure).resolves.toMatchObject({ code: 'CONNECTION_RESET' });
    });
  });

  it('a closed connection gives a destroyed stream', async () => {
    const connection = fromDuplex(duplexPair()[0]);
    connection.abort();
    await closing(connection);
    const stream = toDuplex(connection);
    const [error] = (await once(stream, 'error')) as [ConnectionError];
    expect(error.code).toBe('CONNECTION_ABORTED');
  });
});

describe('fromDuplex', () => {
  it('refuses streams that carry no bytes', () => {
    expect(() => fromDuplex(new PassThrough({ objectMode: true }))).toThrow(TypeError);
    expect(() => fromDuplex(new PassThrough({ encoding: 'utf8' }))).toThrow(TypeError);
  });

  it('a failing stream closes the connection with CONNECTION_RESET and its error as the cause', async () => {
    const stream = new PassThrough();
    const connection = fromDuplex(stream);
    connection.start(ignore);
    const cause = new Error('broken pipe');
    stream.destroy(cause);
    expect(await closing(connection)).toMatchObject({ code: 'CONNECTION_RESET', cause });
    expect(connection.write('x')).toBe(false);
  });

  it('a stream that closes before its end closes the connection with CONNECTION_RESET', async () => {
    const stream = new PassThrough();
    const connection = fromDuplex(stream);
    connection.start(ignore);
    stream.destroy();
    expect(await closing(connection)).toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it('an end before start is reported', async () => {
    const [inner, other] = duplexPair();
    other.end();
    inner.resume();
    await once(inner, 'end');
    const connection = fromDuplex(inner);
    await new Promise<void>((ended) => connection.start({ ...ignore, ended }));
    expect(inner.readableEnded).toBe(true);
  });

  it('a closed stream gives a closed connection', async () => {
    const stream = new PassThrough();
    stream.destroy();
    await once(stream, 'close');
    const connection = fromDuplex(stream);
    const error = await new Promise<Error | undefined>((closed) => connection.start({ ...ignore, closed }));
    expect(error).toMatchObject({ code: 'CONNECTION_RESET' });
  });

  it('a stream that is not half open ends both sides', async () => {
    const stream = new PassThrough({ allowHalfOpen: false });
    const connection = fromDuplex(stream);
    const happenings: string[] = [];
    const closed = new Promise<Error | undefined>((resolve) => {
      connection.start({
        received: (bytes) => void happenings.push(Buffer.from(bytes).toString()),
        drained: () => undefined,
        ended: () => void happenings.push(`ended, write ${connection.write('late')}`),
        closed: resolve,
      });
    });
    connection.write('echo');
    connection.end();
    expect(await closed).toBeUndefined();
    expect(happenings).toEqual(['echo', 'ended, write false']);
  });
});
