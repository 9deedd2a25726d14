import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  ErrorCode,
  OutputBuffer,
  SettingId,
  beginHeaders,
  endHeaders,
  writeData,
  writeGoAway,
  writePing,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeTextData,
  writeWindowUpdate,
} from '../src/codec/index.ts';
import { frames } from './support/frames.ts';

const written = (write: (out: OutputBuffer) => void): Buffer => {
  const out = new OutputBuffer(new Uint8Array(1));
  write(out);
  return Buffer.from(out.bytes.subarray(0, out.length));
};

const writeHeaders =
  (size: number, maxFrameSize: number, endsStream: boolean) =>
  (out: OutputBuffer): void => {
    const at = beginHeaders(out);
    out.copy(new Uint8Array(size).fill(0x82));
    endHeaders(out, at, 1, endsStream, maxFrameSize);
  };

describe('frames as they are sent', () => {
  it.each<[title: string, write: (out: OutputBuffer) => void, sent: string]>([
    ['SETTINGS', (out) => writeSettings(out, [[SettingId.MAX_CONCURRENT_STREAMS, 100]]), 'SETTINGS: 0003 00000064'],
    ['SETTINGS acknowledged', writeSettingsAck, 'SETTINGS ACK'],
    ['PING', (out) => writePing(out, false, Buffer.from('abcdefgh')), 'PING: "abcdefgh"'],
    ['PING answered', (out) => writePing(out, true, Buffer.from('abcdefgh')), 'PING ACK: "abcdefgh"'],
    ['GOAWAY', (out) => writeGoAway(out, 0x7fffffff, ErrorCode.NO_ERROR), 'GOAWAY: 7fffffff 00000000'],
    ['RST_STREAM', (out) => writeRstStream(out, 3, ErrorCode.CANCEL), 'RST_STREAM 3: 00000008'],
    ['WINDOW_UPDATE', (out) => writeWindowUpdate(out, 1, 65_536), 'WINDOW_UPDATE 1: 00010000'],
    ['DATA', (out) => writeData(out, 1, Buffer.from('abc'), false), 'DATA 1: "abc"'],
    ['DATA of text', (out) => writeTextData(out, 1, 'abc', true), 'DATA END_STREAM 1: "abc"'],
    ['HEADERS', writeHeaders(3, 16_384, false), 'HEADERS END_HEADERS 1: 828282'],
    ['HEADERS that end the stream', writeHeaders(3, 3, true), 'HEADERS END_HEADERS,END_STREAM 1: 828282'],
    [
      'a header block longer than a frame',
      writeHeaders(7, 3, true),
      'HEADERS END_STREAM 1: 828282\nCONTINUATION 1: 828282\nCONTINUATION END_HEADERS 1: 82',
    ],
    [
      'a header block twice as long as a frame',
      writeHeaders(6, 3, false),
      'HEADERS 1: 828282\nCONTINUATION END_HEADERS 1: 828282',
    ],
  ])('%s', (_title, write, sent) => {
    expect(written(write).toString('hex')).toBe(frames(sent).toString('hex'));
  });
});
