import { Buffer } from 'node:buffer';
import { type HttpLimits, resolveHttpLimits } from '@windhover/http';
import { expect } from 'vitest';
import { Http1Error, type Http1ErrorCode, RequestDecoder, RequestEvent, type RequestHead } from '../../src/index.ts';
import { HeadFlag } from '../../src/request/framing-fields.ts';

export type Lines = [name: string, value: string][];

/** One request as the decoder gives it. */
export interface Decoded {
  method: string;
  target: string;
  version: '1.0' | '1.1';
  fields: Lines;
  framing: 'chunked' | number;
  /** All pieces in one, a character a byte. */
  content: string;
  trailers: Lines;
  /** Whether its end has been seen. */
  complete: boolean;
}

/** What a run of bytes comes to. */
export interface Decoding {
  requests: Decoded[];
  error?: Http1ErrorCode;
}

export interface DecodeOptions {
  readonly limits?: Partial<HttpLimits>;
  /** Body limit of each request, set when its head has been read. */
  readonly maxBodySize?: number | null;
}

export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

const framingOf = ({ flags, contentLength }: RequestHead): 'chunked' | number => {
  if ((flags & HeadFlag.chunked) !== 0) return 'chunked';
  return contentLength === -1 ? 0 : contentLength;
};

const decodedHead = (head: RequestHead): Decoded => ({
  method: head.method,
  target: head.target,
  version: head.minorVersion === 0 ? '1.0' : '1.1',
  fields: Array.from({ length: head.fieldCount }, (_, line) => head.fieldLine(line)),
  framing: framingOf(head),
  content: '',
  trailers: [],
  complete: false,
});

const defaultLimits = resolveHttpLimits();

/** A decoder, and what it has come to so far. */
export class Reader {
  readonly decoder: RequestDecoder;
  readonly decoding: Decoding = { requests: [] };
  readonly #options: DecodeOptions;
  readonly #heads: RequestHead[] = [];
  readonly #pieces: Uint8Array[] = [];

  constructor(options: DecodeOptions = {}) {
    this.#options = options;
    this.decoder = new RequestDecoder(options.limits === undefined ? defaultLimits : resolveHttpLimits(options.limits));
  }

  /** Bytes belong to the decoder, so each gets its own. */
  push(bytes: Uint8Array): this {
    this.decoder.push(Buffer.from(bytes));
    return this;
  }

  /** Lends the bytes to the decoder, with others after them, reads, and overwrites the lent memory. */
  readLent(bytes: Uint8Array): this {
    lentMemory.set(bytes);
    lentMemory.fill('0', bytes.length, bytes.length + 64);
    this.decoder.lend(lentMemory, bytes.length);
    this.read();
    this.decoder.release();
    lentMemory.fill(overwritten, 0, bytes.length);
    return this;
  }

  /** The heads and the pieces of content so far, read again. */
  readAgain(): { heads: Decoded[]; content: string } {
    return {
      heads: this.#heads.map(decodedHead),
      content: Buffer.concat(this.#pieces).toString('latin1'),
    };
  }

  /** Reads until there is nothing more to read. */
  read(): this {
    const { requests } = this.decoding;
    try {
      for (;;) {
        const event = this.decoder.read();
        if (event === RequestEvent.needData) return this;
        const current = requests.at(-1)!;
        if (event === RequestEvent.head) this.#addHead();
        else if (event === RequestEvent.content) current.content += this.#content();
        else Object.assign(current, { complete: true, trailers: [...(this.decoder.trailers ?? [])] });
      }
    } catch (error) {
      if (!(error instanceof Http1Error)) throw error;
      this.decoding.error = error.code;
      return this;
    }
  }

  #addHead(): void {
    this.#heads.push(this.decoder.head!);
    this.decoding.requests.push(decodedHead(this.decoder.head!));
    if (this.#options.maxBodySize !== undefined) this.decoder.maxBodySize = this.#options.maxBodySize;
  }

  #content(): string {
    const content = this.decoder.content!;
    if (content.length === 0) throw new Error('a piece of content has at least one byte');
    this.#pieces.push(content);
    return Buffer.from(content).toString('latin1');
  }
}

/** Does work that makes thousands of errors, without their stacks: a stack takes longer than the decoder. */
const withoutStacks = <T>(work: () => T): T => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** What the pieces come to, each read as it comes. */
export const decode = (pieces: Iterable<Uint8Array>, options?: DecodeOptions): Decoding =>
  withoutStacks(() => {
    const reader = new Reader(options);
    for (const piece of pieces) reader.push(piece).read();
    return reader.decoding;
  });

/** Memory of a transport that uses it for each read. */
const lentMemory = Buffer.alloc(1024 * 1024);
const overwritten = 0xaa;

/** What the pieces come to when each is only lent. @throws Error if a head or a piece of content has changed later */
export const decodeLent = (pieces: Iterable<Uint8Array>, options?: DecodeOptions): Decoding =>
  withoutStacks(() => {
    const reader = new Reader(options);
    for (const piece of pieces) reader.readLent(piece);
    const { requests } = reader.decoding;
    const before = {
      heads: requests.map((request) => ({ ...request, content: '', trailers: [], complete: false })),
      content: requests.map(({ content }) => content).join(''),
    };
    const [again, first] = [JSON.stringify(reader.readAgain()), JSON.stringify(before)];
    if (again !== first) expect(again).toBe(first);
    return reader.decoding;
  });

/** What the pieces come to when they have all come before the first read. */
export const decodeLate = (pieces: Iterable<Uint8Array>, options?: DecodeOptions): Decoding =>
  withoutStacks(() => {
    const reader = new Reader(options);
    for (const piece of pieces) reader.push(piece);
    return reader.read().decoding;
  });

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

/** The places at which bytes are cut in two: each one, or, of many, those near the ends. */
const places = (length: number): number[] => {
  const all = Array.from({ length: Math.max(0, length - 1) }, (_, index) => index + 1);
  return length <= 600 ? all : all.filter((at) => at <= 150 || at >= length - 150);
};

/** Every way in which bytes may arrive: whole, byte by byte, in threes, and cut in two at every place. */
export function* everySplit(bytes: Uint8Array): Generator<[name: string, pieces: Uint8Array[]]> {
  yield ['whole', [bytes]];
  yield ['byte by byte', cut(bytes, 1)];
  yield ['in threes', cut(bytes, 3)];
  for (const at of places(bytes.length)) yield [`cut at ${at}`, [bytes.subarray(0, at), bytes.subarray(at)]];
}

/** Expects the same of the bytes however they arrive. */
export const expectDecoding = (text: string, expected: Decoding, options?: DecodeOptions): void => {
  const wanted = JSON.stringify(expected);
  for (const [name, pieces] of everySplit(bytesOf(text))) {
    for (const read of [decode, decodeLate, decodeLent]) {
      const decoding = read(pieces, options);
      // Comparing text first: `expect` takes longer than the decoder.
      if (JSON.stringify(decoding) !== wanted) expect({ name, read: read.name, ...decoding }).toEqual(expected);
    }
  }
};

export const next = 'GET /next HTTP/1.1\r\nHost: next\r\n\r\n';
export const decodedNext: Decoded = {
  method: 'GET',
  target: '/next',
  version: '1.1',
  fields: [['Host', 'next']],
  framing: 0,
  content: '',
  trailers: [],
  complete: true,
};

/** Expects one complete request, with nothing behind it, and with another request behind it. */
export const expectRequest = (text: string, expected: Partial<Decoded>, options?: DecodeOptions): void => {
  const [whole] = decode([bytesOf(text)], options).requests;
  expect(whole).toMatchObject({ complete: true, ...expected });
  expectDecoding(text, { requests: [whole!] }, options);
  expectDecoding(text + next, { requests: [whole!, decodedNext] }, options);
};

/** Expects a refusal, before any further request is read out of the bytes; and the same refusal ever after. */
export const expectRefusal = (text: string, code: Http1ErrorCode, options?: DecodeOptions): void => {
  const decoding = decode([bytesOf(text)], options);
  expect(decoding.error).toBe(code);
  expect(decoding.requests.filter(({ complete }) => complete)).toEqual([]);
  // Pieces of the content may come before the refusal or not, as it arrives.
  const { requests } = decoding;
  for (const behind of ['', next]) {
    for (const [name, pieces] of everySplit(bytesOf(text + behind))) {
      for (const read of [decode, decodeLate]) {
        const { error, requests: found } = read(pieces, options);
        if (error !== code || found.length !== requests.length) {
          expect({ name, read: read.name, error, found }).toEqual({ error: code, found: requests });
        }
      }
    }
  }
  expectSticky(text, code, options);
};

/** Expects a refusal whose code depends on what the bytes resemble. */
export const expectRefusalLike = (text: string, code: RegExp): void => {
  const { error } = decode([bytesOf(text)]);
  expect(error).toMatch(code);
  expectRefusal(text, error!);
};

const expectSticky = (text: string, code: Http1ErrorCode, options?: DecodeOptions): void => {
  const reader = new Reader(options).push(bytesOf(text)).read();
  for (let again = 0; again < 3; again++) {
    expect(() => reader.push(bytesOf(next)).decoder.read()).toThrow(expect.objectContaining({ code }));
  }
};

/** A request head; Host unless told otherwise. */
export const head = (line: string, ...fields: string[]): string =>
  `${[line, 'Host: a', ...fields].join('\r\n')}\r\n\r\n`;

/** A POST with chunked content. */
export const chunked = (content: string): string => head('POST / HTTP/1.1', 'Transfer-Encoding: chunked') + content;
