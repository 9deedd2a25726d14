import { Buffer } from 'node:buffer';
import { FrameFlag, FrameType, connectionPreface } from '../../src/index.ts';

/**
 * Frames as text, one a line, so that tests show the bytes they send:
 *
 *     HEADERS END_HEADERS,END_STREAM 1: 82 86 84 41 01 61
 *     DATA END_STREAM 1: "hello"
 *     SETTINGS
 *     0xfe 5: 00
 *     length=4 PING: 00 00 00 00
 *
 * Type (name or number), flags (names or a number; none if left out), stream (0 if left out), payload: hexadecimal digits,
 * and text between quotes. `length=` writes another length than the payload has. `PREFACE` is the connection preface, and
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

/** `61 62 "c" *300(00)`: digits, text, and a repetition of either. */
const bytesOf = (text: string): Buffer => {
  const parts = text.match(/\*\d+\([^)]*\)|"[^"]*"|[0-9a-f]+/gi) ?? [];
  return Buffer.concat(parts.map(part));
};

const part = (text: string): Buffer => {
  const repeated = /^\*(\d+)\((.*)\)$/.exec(text);
  if (repeated !== null) return Buffer.concat(Array<Buffer>(Number(repeated[1])).fill(bytesOf(repeated[2]!)));
  return text.startsWith('"') ? Buffer.from(text.slice(1, -1), 'latin1') : Buffer.from(text, 'hex');
};
