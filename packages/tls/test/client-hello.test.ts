import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseClientHello } from '../src/client-hello/client-hello.ts';

/** The first bytes of a Node.js client. */
const helloOf = async (servername: string): Promise<Buffer> =>
  new Promise((resolve) => {
    const stream = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
    connect({ socket: stream, servername });
  });

/** The same message in records of `size` bytes. */
const inRecords = (hello: Buffer, size: number): Buffer => {
  const records: Buffer[] = [];
  for (let at = 5; at < hello.length; at += size) {
    const fragment = hello.subarray(at, at + size);
    records.push(Buffer.of(22, 3, 1, fragment.length >> 8, fragment.length & 255), fragment);
  }
  return Buffer.concat(records);
};

const illegible = { serverName: undefined, isWhole: false };

describe('RFC 8446 4.1.2 ClientHello', () => {
  let hello: Buffer;
  beforeAll(async () => {
    hello = await helloOf('www.example.com');
  });

  it('the name of RFC 6066 3 is found', () => {
    expect(parseClientHello(hello)).toEqual({ serverName: 'www.example.com', isWhole: true });
  });

  it('without a name: undefined', async () => {
    expect(parseClientHello(await helloOf(''))).toEqual({ serverName: undefined, isWhole: true });
  });

  it('bytes after the message are ignored', () => {
    expect(parseClientHello(Buffer.concat([hello, hello]))).toEqual({ serverName: 'www.example.com', isWhole: true });
  });

  it.each([1, 3, 100, 511])('5.1 in records of %i bytes: the same', (size) => {
    expect(parseClientHello(inRecords(hello, size))).toEqual({ serverName: 'www.example.com', isWhole: true });
  });

  it.each([16_384, 100])(
    'cut off anywhere, in records of %i bytes: more is needed, and never more than there is',
    (size) => {
      const whole = inRecords(hello, size);
      for (let end = 0; end < whole.length; end++) {
        const needed = parseClientHello(whole.subarray(0, end));
        expect(needed).toBeGreaterThan(end);
        expect(needed).toBeLessThanOrEqual(whole.length);
      }
    },
  );

  it('in the smallest records: parsed a few times only, for every size of pieces', () => {
    const records = inRecords(Buffer.concat([Buffer.alloc(5), Buffer.from([1, 0, 10, 80]), Buffer.alloc(2640)]), 1);
    let looks = 0;
    let needed = 1;
    for (let end = 1; end <= records.length; end++) {
      if (end < needed) continue;
      looks++;
      const result = parseClientHello(records.subarray(0, end));
      if (typeof result === 'number') needed = result;
    }
    expect(looks).toBeLessThan(100);
  });

  it('any byte changed: a name, no name or more bytes needed, never an exception', () => {
    for (let at = 0; at < hello.length; at++) {
      for (const value of [0, 1, 255]) {
        const changed = Buffer.from(hello);
        changed[at] = value;
        expect(() => parseClientHello(changed)).not.toThrow();
      }
    }
  });

  it.each<[string, Buffer]>([
    ['another content type', Buffer.from([23, 3, 1, 0, 1, 0])],
    ['an empty record', Buffer.from([22, 3, 1, 0, 0])],
    ['another message', Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0])],
    ['a message above 16 KiB', Buffer.from([22, 3, 1, 0, 4, 1, 1, 0, 0])],
    ['records above 16 KiB', Buffer.from([22, 3, 1, 255, 255])],
    ['a name longer than its extension', Buffer.from([22, 3, 1, 0, 4, 1, 0, 0, 0])],
  ])('%s: left to OpenSSL', (_what, bytes) => {
    expect(parseClientHello(bytes)).toEqual(illegible);
  });
});
