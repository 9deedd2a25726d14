import { Buffer } from 'node:buffer';
import { ErrorCode, FrameFlag, FrameType, connectionPreface } from '../../src/codec/index.ts';

/**
 * Frames as text, one a line, so that tests show the bytes they send:
 *
 *     HEADERS END_HEADERS,END_STREAM 1: 82 86 84 41 01 61
 *     DATA END_STREAM 1: "hello"
 *     SETTINGS
 *     0xfe 5: 00
 *     length=4 PING: 00 00 00 00
 *
 *     HEADERS END_HEADERS,END_STREAM 3: GET [x-a=1]
 *
 * Type (name or number), flags (names or a number; none if left out), stream (0 if left out), payload: hexadecimal digits,
 * text between quotes, `*3(…)` for repetition, fields in brackets (literals without indexing), `GET`, `POST`, `HEAD` and
 * `OPTIONS` for the header lists of such requests to http://a/, and the name of an error code. `length=` writes another length than the payload has. `PREFACE` is the connection preface, and
 * `RAW: …` bytes without a frame around.
 */
export const frames = (text: string): Buffer =>
  Buffer.concat(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map(line),
  );

function line(text: string): Buffer {
  if (text === 'PREFACE') return Buffer.from(connectionPreface, 'latin1');
  const colon = text.indexOf(':');
  const words = (colon === -1 ? text : text.slice(0, colon)).split(' ');
  const payload = bytesOf(colon === -1 ? '' : text.slice(colon + 1));
  if (words[0] === 'RAW') return payload;
  let length = payload.length;
  if (words[0]!.startsWith('length=')) length = Number(words.shift()!.slice('length='.length));
  const type = words.shift()!;
  const streamId = /^\d+$/.test(words.at(-1) ?? '') ? Number(words.pop()) : 0;
  const header = Buffer.alloc(9);
  header.writeUIntBE(length, 0, 3);
  header[3] = type.startsWith('0x') ? Number(type) : FrameType[type as keyof typeof FrameType];
  header[4] = flagsOf(words[0]);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

const flagsOf = (names: string | undefined): number => {
  if (names === undefined) return 0;
  if (names.startsWith('0x')) return Number(names);
  return names.split(',').reduce((flags, name) => flags | FrameFlag[name as keyof typeof FrameFlag], 0);
};

/** Header blocks that stand for whole requests: `:method`, `:scheme`, `:path`, `:authority`. */
const requests: Record<string, string> = {
  GET: '82 86 84 01 01 61',
  POST: '83 86 84 01 01 61',
  HEAD: '02 04 48454144 86 84 01 01 61',
  OPTIONS: '02 07 4f5054494f4e53 86 84 01 01 61',
};

const partPattern = /\*\d+\([^)]*\)|"[^"]*"|\[[^\]]*\]|\b[A-Z_]{3,}\b|\b[0-9a-f]+\b/g;

const bytesOf = (text: string): Buffer => {
  const rest = text.replaceAll(partPattern, '').trim();
  if (rest !== '') throw new Error(`frames: ${JSON.stringify(rest)} is no payload`);
  return Buffer.concat((text.match(partPattern) ?? []).map(part));
};

const part = (text: string): Buffer => {
  const repeated = /^\*(\d+)\((.*)\)$/.exec(text);
  if (repeated !== null) return Buffer.concat(Array<Buffer>(Number(repeated[1])).fill(bytesOf(repeated[2]!)));
  if (text.startsWith('"')) return Buffer.from(text.slice(1, -1), 'latin1');
  if (text.startsWith('[')) return literal(text.slice(1, -1));
  if (text in ErrorCode) return Buffer.of(0, 0, 0, ErrorCode[text as keyof typeof ErrorCode]);
  return Buffer.from((requests[text] ?? text).replaceAll(' ', ''), 'hex');
};

/** A field as a literal without indexing, whose name may begin with a colon. */
const literal = (field: string): Buffer => {
  const equals = field.indexOf('=', 1);
  return Buffer.concat([Buffer.of(0), string(field.slice(0, equals)), string(field.slice(equals + 1))]);
};

const string = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'latin1');
  const prefix = [];
  let rest = bytes.length - 127;
  if (rest < 0) prefix.push(bytes.length);
  else prefix.push(127);
  for (; rest >= 128; rest >>= 7) prefix.push((rest & 127) | 128);
  if (rest >= 0) prefix.push(rest);
  return Buffer.concat([Buffer.from(prefix), bytes]);
};
