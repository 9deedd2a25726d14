import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { type Connection, type Receiver, takeStream } from '@windhover/connections';
import { expect, it } from 'vitest';

/** Keeps each chunk as it was passed, and its text at that moment. */
export class Keeper implements Receiver {
  readonly chunks: Uint8Array[] = [];
  readonly texts: string[] = [];
  /** The memory of each read that it has borrowed: none, except of a `Borrower`. */
  readonly memory: Uint8Array[] = [];
  size = 0;
  #news = (): void => {};

  received(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.texts.push(Buffer.from(bytes).toString());
    this.size += bytes.length;
    this.#news();
  }

  next(): Promise<void> {
    return new Promise((resolve) => (this.#news = resolve));
  }

  async until(size: number): Promise<void> {
    while (this.size < size) await this.next();
  }

  drained(): void {}
  ended(): void {}
  closed(): void {}
}

/** Borrows the memory of each read, and keeps its text at that moment. */
export class Borrower extends Keeper {
  borrowed(memory: Uint8Array, size: number): void {
    this.memory.push(memory);
    this.received(memory.slice(0, size));
  }
}

/** Sends texts one after the other, each when the one before has been received. */
export const send = async (peer: Duplex, keeper: Keeper, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) {
    const received = keeper.next();
    peer.write(text);
    await received;
  }
};

/** An accepted connection. */
export interface AcceptedByTest {
  /** The client. */
  readonly peer: Duplex;
  readonly connection: Connection;
  /** The stream of the connection, which keeps the bytes that the connection does not read. */
  readonly socket: Duplex;
}

/** Tests of connections that read into one buffer and lend it, for a `describe`. */
export const testReusedReadBuffer = (accepted: () => Promise<AcceptedByTest>): void => {
  it('passes memory to its receiver that holds only these bytes', async () => {
    const { peer, connection } = await accepted();
    const keeper = new Keeper();
    connection.start(keeper);
    await send(peer, keeper, 'first', 'other');
    expect(keeper.chunks.map(String)).toEqual(['first', 'other']);
    expect(keeper.chunks.map(({ buffer }) => buffer.byteLength)).toEqual([5, 5]);
  });

  it.each([
    ['owns its bytes', Keeper, 0],
    ['borrows memory', Borrower, 1],
  ])(
    'passes separate memory to a receiver that replaces one that %s, and to the owner of the stream',
    async (_how, First, lent) => {
      const { peer, connection } = await accepted();
      const [first, owner] = [new First(), new Keeper()];
      connection.start(first);
      await send(peer, first, 'first');
      connection.start(owner);
      await send(peer, owner, 'second', 'third!');
      expect(owner.chunks.map(String)).toEqual(['second', 'third!']);
      const stream = takeStream(connection)!;
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
      for (const text of ['fourth', 'fifth!']) {
        peer.write(text);
        await once(stream, 'data');
      }
      expect(chunks.map(String)).toEqual(['fourth', 'fifth!']);
      expect(first.texts).toEqual(['first']);
      expect(first.memory).toHaveLength(lent);
    },
  );

  it('lends one buffer to receivers that borrow it, and no other receiver gets a part of it', async () => {
    const [one, two] = [await accepted(), await accepted()];
    const [first, second, owner] = [new Borrower(), new Borrower(), new Keeper()];
    one.connection.start(first);
    two.connection.start(second);
    await send(one.peer, first, 'one', 'more');
    await send(two.peer, second, 'another');
    const [memory] = first.memory;
    expect([...first.memory, ...second.memory]).toEqual([memory, memory, memory]);
    expect([first.texts, second.texts]).toEqual([['one', 'more'], ['another']]);
    one.connection.start(owner);
    await send(one.peer, owner, 'owned');
    await send(two.peer, second, 'over!');
    expect(owner.chunks.map(String)).toEqual(['owned']);
    expect(owner.chunks[0]!.buffer).not.toBe(memory!.buffer);
    expect(first.memory).toHaveLength(2);
  });

  it('gives a receiver that borrows memory the bytes that waited in the stream as its own', async () => {
    const { peer, connection, socket } = await accepted();
    connection.pause();
    const borrower = new Borrower();
    connection.start(borrower);
    peer.write('paused ');
    await expect.poll(() => socket.readableLength).toBe(7);
    connection.resume();
    await borrower.until(7);
    expect(borrower.memory).toEqual([]);
    await send(peer, borrower, 'flowing');
    expect(borrower.texts).toEqual(['paused ', 'flowing']);
    expect(borrower.memory).toHaveLength(1);
  });

  it('keeps bytes in order when they come before start, while it is paused, and after', async () => {
    const { peer, connection, socket } = await accepted();
    const inSocket = (size: number) => expect.poll(() => socket.readableLength).toBe(size);
    peer.write('before ');
    await inSocket(7);
    connection.pause();
    const keeper = new Keeper();
    connection.start(keeper);
    peer.write('paused ');
    await inSocket(14);
    expect(keeper.texts).toEqual([]);
    connection.resume();
    peer.write('flowing');
    await keeper.until(21);
    expect(keeper.texts.join('')).toBe('before paused flowing');
  });
};
