import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { Features } from '@windhover/features';
import { ApplicationBuilder } from '@windhover/http';
import { type WebSocketOptions, webSockets } from '@windhover/websockets';
import { deferred } from '../test-support/deferred.ts';
import type { RandomSource } from '../test-support/random.mjs';
import { connectInMemory } from './connect-in-memory.ts';
import { type Fuzzer, everyPlace, mutated, pieces, places } from './fuzzer.ts';

/** Frames of a client after its handshake; one character for each byte. */
export interface WebSocketInput {
  readonly text: string;
  /** Places where the input is cut. */
  readonly places: readonly number[];
  readonly deflate: boolean;
}

/** Small limits, so that short inputs reach them. */
const limits = { maxMessageSize: 300, maxFragments: 4 };

const payloads = [
  '',
  'a',
  'hello',
  '\xc3\xbc',
  '\xc3',
  '\xed\xa0\x80',
  'x'.repeat(126),
  'y'.repeat(299),
  'z'.repeat(400),
];
const closes = ['', '\x03', '\x03\xe8', '\x03\xe8bye', '\x03\xed', '\x0f\xa0', '\xff\xff', '\x03\xe8\xff'];
const packed = ['hello', 'x'.repeat(290), 'x'.repeat(100_000)].map((text) => deflateRawSync(text).toString('latin1'));
const dictionary = ['\x81\x80\0\0\0\0', '\x89\x80\0\0\0\0', '\x80', '\x01', '\0', '\xff', '\x7e', '\x7f'];

/** A frame, mostly valid. The mask is zero, so a payload is the text in the frame. */
const frame = (source: RandomSource): string => {
  const opcode = source.pick([0, 0, 1, 1, 1, 2, 2, 8, 9, 9, 10, 3, 15]);
  const isCompressed = source.below(4) === 0;
  const payload = opcode === 8 ? source.pick(closes) : isCompressed ? source.pick(packed) : source.pick(payloads);
  const first = (source.below(4) === 0 ? 0 : 0x80) | (isCompressed ? 0x40 : 0) | opcode;
  const masked = source.below(12) === 0 ? 0 : 0x80;
  const size = payload.length;
  const length = size < 126 ? [masked | size] : [masked | 126, size >> 8, size & 255];
  return String.fromCharCode(first, ...length) + (masked === 0 ? '' : '\0\0\0\0') + payload;
};

const make = (source: RandomSource): WebSocketInput => {
  const frames = Array.from({ length: 1 + source.below(8) }, () => frame(source)).join('');
  const text = source.below(3) === 0 ? mutated(source, frames, dictionary) : frames;
  return { text, places: places(source, text.length), deflate: source.below(2) === 0 };
};

const handshake = [
  'GET / HTTP/1.1',
  'Host: a',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Extensions: permessage-deflate',
  '\r\n',
].join('\r\n');

/** Messages that the application receives, in order, and the close code. */
const receive = (all: readonly Buffer[], options: WebSocketOptions): Promise<string> => {
  const found: string[] = [];
  const errors: unknown[] = [];
  const result = deferred<string>();
  const application = new ApplicationBuilder(new Features())
    .use(webSockets(options))
    .run(async ({ webSockets: { isRequest }, webSockets: sockets }) => {
      if (!isRequest) throw new Error('no handshake');
      const socket = await sockets.accept();
      socket.on('error', () => undefined);
      socket.on('message', (message: Buffer, isBinary: boolean) => found.push(describe(message, isBinary)));
      socket.on('close', (code) => result.resolve(JSON.stringify({ violation: violationOf(errors), found, code })));
    })
    .toApplication();
  const client = connectInMemory(application, errors);
  client.start({
    received: () => undefined,
    drained: () => undefined,
    ended: () => client.end(),
    closed: () => undefined,
  });
  for (const piece of [Buffer.from(handshake), ...all]) client.write(piece);
  client.end();
  return result.promise;
};

const violationOf = (errors: readonly unknown[]): string | undefined =>
  errors.length === 0 ? undefined : `an application error: ${String(errors[0])}`;

const describe = (message: Buffer, isBinary: boolean): string => {
  if (message.length > limits.maxMessageSize) return '"violation": a longer message than the limit';
  const digest = createHash('sha1').update(message).digest('hex').slice(0, 8);
  if (!isBinary && !Buffer.from(message.toString()).equals(message)) return '"violation": text that is not UTF-8';
  return `${isBinary ? 'binary' : 'text'} ${message.length} ${digest}`;
};

/**
 * Sends frames to a WebSocket: compressed ones, fragments, control frames between them, invalid ones. The messages and the
 * close code must not depend on how the bytes arrive, messages stay within the limits, and the WebSocket is closed.
 */
export const webSocketFuzzer = (
  receiveFrames: (all: readonly Buffer[], options: WebSocketOptions) => Promise<string> = receive,
): Fuzzer<WebSocketInput> => ({
  make,
  check: async ({ text, places: at, deflate }) => {
    const bytes = Buffer.from(text, 'latin1');
    const options = { ...limits, deflate };
    const whole = await receiveFrames(pieces(bytes, []), options);
    if (whole.includes('violation')) return whole;
    for (const cuts of [at, everyPlace(bytes).slice(0, 200)]) {
      const cut = await receiveFrames(pieces(bytes, cuts), options);
      if (cut !== whole) return `cut, it is ${cut}; whole, it is ${whole}`;
    }
    return undefined;
  },
});

/** For tests: the messages of a server with these options. */
export const receiveFrames = receive;
