import { describe, expect, it } from 'vitest';
import { FrameEvent, FrameReader, Http2Error } from '../src/codec/index.ts';
import { ReceivedBytes } from '../src/codec/received-bytes.ts';
import { everySplit } from './support/every-split.ts';
import { frames } from './support/frames.ts';
import { readFrames } from './support/read-frames.ts';

const opening = 'PREFACE\nSETTINGS\n';

/** Events after the preface and the first SETTINGS, the same for every way to split the bytes, owned or lent. */
const expectEvents = (text: string, events: readonly string[]): void => {
  const bytes = frames(opening + text);
  for (const pieces of everySplit(bytes)) {
    expect(readFrames(pieces)).toEqual(['preface', 'settings', ...events]);
    expect(readFrames(pieces, undefined, true)).toEqual(['preface', 'settings', ...events]);
  }
};

type Case = [title: string, sent: string, events: readonly string[]];

describe('RFC 9113 3.4 connection preface', () => {
  it.each<Case>([
    ['preface and SETTINGS', 'PREFACE\nSETTINGS', ['preface', 'settings']],
    ['another text', 'RAW: "GET / HTTP/1.1" 0d0a0d0a 0000 00', ['HTTP2_PREFACE_INVALID']],
    ['a preface with one wrong byte', 'RAW: "PRI * HTTP/2.0" 0d0a0d0a "SN"', ['HTTP2_PREFACE_INVALID']],
    ['no SETTINGS after the preface', 'PREFACE\nPING: *8(00)', ['preface', 'HTTP2_SETTINGS_EXPECTED']],
    ['an acknowledgement as first SETTINGS', 'PREFACE\nSETTINGS ACK', ['preface', 'HTTP2_SETTINGS_EXPECTED']],
    ['HEADERS after the preface', 'PREFACE\nHEADERS 0x5 1: 82', ['preface', 'HTTP2_SETTINGS_EXPECTED']],
  ])('%s', (_title, sent, events) => {
    for (const pieces of everySplit(frames(sent))) expect(readFrames(pieces)).toEqual(events);
  });
});

describe('RFC 9113 4 frames', () => {
  it.each<Case>([
    ['an unknown type is dropped', '0xfe 0xff 7: 01 02 03', ['unknown']],
    ['an unknown type on stream 0 is dropped', '0xfe', ['unknown']],
    ['unknown flags are ignored', 'PING 0xfe: "abcdefgh"', ['ping 6162636465666768']],
    ['the reserved bit of a stream is ignored', 'RAW: 000004 03 00 80000001 00000008', ['rstStream 1 8']],
    ['a frame above maxFrameSize', 'length=16385 DATA 1', ['HTTP2_FRAME_TOO_LARGE']],
    ['an unknown frame above maxFrameSize', 'length=16385 0xfe 1', ['HTTP2_FRAME_TOO_LARGE']],
    ['SETTINGS above maxFrameSize', 'length=16386 SETTINGS', ['HTTP2_FRAME_TOO_LARGE']],
  ])('%s', (_title, sent, events) => expectEvents(sent, events));

  it('takes frames as large as its maxFrameSize', () => {
    const sent = frames(`${opening}DATA 1: *20000(61)`);
    const events = readFrames([sent], { maxFrameSize: 20_000 });
    expect(events.at(-1)).toBe(`data 1 (20000) ${'a'.repeat(20_000)}`);
  });
});

describe('RFC 9113 6.1 DATA', () => {
  it.each<Case>([
    ['content', 'DATA 1: "hello"', ['data 1 (5) hello']],
    ['content and END_STREAM', 'DATA END_STREAM 1: "hello"', ['data 1 (5) hello end']],
    ['empty', 'DATA 1', ['data 1 (0)']],
    ['empty with END_STREAM', 'DATA END_STREAM 1', ['data 1 (0) end']],
    ['padding is dropped and counted', 'DATA PADDED 1: 03 "hello" 000000', ['data 1 (9) hello']],
    ['padding and END_STREAM', 'DATA PADDED,END_STREAM 1: 03 "hello" 000000', ['data 1 (9) hello end']],
    ['padding alone', 'DATA PADDED,END_STREAM 1: 03 000000', ['data 1 (4) end']],
    ['padding of length 0', 'DATA PADDED 1: 00 "a"', ['data 1 (2) a']],
    ['two frames', 'DATA 1: "a"\nDATA END_STREAM 3: "b"', ['data 1 (1) a', 'data 3 (1) b end']],
    ['on stream 0', 'DATA: "a"', ['HTTP2_STREAM_ID_MISSING']],
    ['padding as long as the payload', 'DATA PADDED 1: 06 "hello"', ['HTTP2_PADDING_INVALID']],
    ['padding longer than the payload', 'DATA PADDED 1: ff "hello"', ['HTTP2_PADDING_INVALID']],
  ])('%s', (_title, sent, events) => expectEvents(sent, events));

  it('PADDED without a length of the padding: HTTP2_FRAME_SIZE_INVALID', () => {
    expectEvents('DATA PADDED 1\nDATA 1: "a"', ['HTTP2_FRAME_SIZE_INVALID']);
  });

  it('is returned before its frame is complete', () => {
    const reader = new FrameReader();
    reader.push(frames(`${opening}length=100 DATA 1: "part"`));
    expect([reader.read(), reader.read(), reader.read()]).toEqual([
      FrameEvent.preface,
      FrameEvent.settings,
      FrameEvent.data,
    ]);
    expect([reader.end - reader.start, reader.isFrameStart, reader.frameLength, reader.endsStream]).toEqual([
      4,
      true,
      100,
      false,
    ]);
    expect(reader.read()).toBe(FrameEvent.needData);
    expect(reader.isInData).toBe(true);
  });
});

describe('RFC 9113 6.2 HEADERS, 6.10 CONTINUATION', () => {
  it.each<Case>([
    ['a whole block', 'HEADERS END_HEADERS 1: 82 86', ['headers 1 8286']],
    ['END_STREAM', 'HEADERS END_HEADERS,END_STREAM 1: 82 86', ['headers 1 8286 end']],
    ['an empty block', 'HEADERS END_HEADERS 1', ['headers 1 ']],
    ['padding', 'HEADERS END_HEADERS,PADDED 1: 02 82 86 0000', ['headers 1 8286']],
    ['priority', 'HEADERS END_HEADERS,PRIORITY 1: 00000003 10 82', ['headers 1 82 depends on 3']],
    ['exclusive priority', 'HEADERS END_HEADERS,PRIORITY 1: 80000003 10 82', ['headers 1 82 depends on 3']],
    [
      'padding and priority',
      'HEADERS END_HEADERS,END_STREAM,PADDED,PRIORITY 1: 01 00000000 10 82 00',
      ['headers 1 82 depends on 0 end'],
    ],
    ['two parts', 'HEADERS END_STREAM 1: 82\nCONTINUATION END_HEADERS 1: 86', ['headers 1 8286 end']],
    [
      'three parts, one of them empty',
      'HEADERS 1: 82\nCONTINUATION 1\nCONTINUATION END_HEADERS 1: 86',
      ['headers 1 8286'],
    ],
    ['END_STREAM on CONTINUATION means nothing', 'HEADERS 1: 82\nCONTINUATION 0x5 1: 86', ['headers 1 8286']],
    ['on stream 0', 'HEADERS END_HEADERS: 82', ['HTTP2_STREAM_ID_MISSING']],
    ['padding longer than the rest', 'HEADERS END_HEADERS,PADDED 1: 03 82 86', ['HTTP2_PADDING_INVALID']],
    ['PADDED and empty', 'HEADERS END_HEADERS,PADDED 1\nPING: *8(00)', ['HTTP2_FRAME_SIZE_INVALID']],
    ['PRIORITY and too short', 'HEADERS END_HEADERS,PRIORITY 1: 0000', ['HTTP2_FRAME_SIZE_INVALID']],
    ['CONTINUATION without HEADERS', 'CONTINUATION END_HEADERS 1: 82', ['HTTP2_CONTINUATION_UNEXPECTED']],
    [
      'CONTINUATION after END_HEADERS',
      'HEADERS END_HEADERS 1: 82\nCONTINUATION END_HEADERS 1: 82',
      ['headers 1 82', 'HTTP2_CONTINUATION_UNEXPECTED'],
    ],
    [
      'CONTINUATION after DATA',
      'DATA 1: "a"\nCONTINUATION END_HEADERS 1: 82',
      ['data 1 (1) a', 'HTTP2_CONTINUATION_UNEXPECTED'],
    ],
    [
      'CONTINUATION of another stream',
      'HEADERS 1: 82\nCONTINUATION END_HEADERS 3: 86',
      ['HTTP2_HEADER_BLOCK_INTERRUPTED'],
    ],
    ['DATA within a block', 'HEADERS 1: 82\nDATA 1: "a"', ['HTTP2_HEADER_BLOCK_INTERRUPTED']],
    ['HEADERS within a block', 'HEADERS 1: 82\nHEADERS END_HEADERS 1: 82', ['HTTP2_HEADER_BLOCK_INTERRUPTED']],
    ['PING within a block', 'HEADERS 1: 82\nPING: *8(00)', ['HTTP2_HEADER_BLOCK_INTERRUPTED']],
    ['RST_STREAM within a block', 'HEADERS 1: 82\nRST_STREAM 1: 00000008', ['HTTP2_HEADER_BLOCK_INTERRUPTED']],
    ['an unknown frame within a block', 'HEADERS 1: 82\n0xfe 1', ['HTTP2_HEADER_BLOCK_INTERRUPTED']],
  ])('%s', (_title, sent, events) => expectEvents(sent, events));

  it('a block that never ends: HTTP2_CONTINUATION_FLOOD', () => {
    const sent = `${opening}HEADERS 1: 82\n${'CONTINUATION 1\n'.repeat(1000)}`;
    expect(readFrames([frames(sent)])).toEqual(['preface', 'settings', 'HTTP2_CONTINUATION_FLOOD']);
  });

  it('a block above maxHeaderBlockSize: HTTP2_HEADER_BLOCK_TOO_LARGE', () => {
    const sent = `${opening}HEADERS 1: *16000(00)\n${'CONTINUATION 1: *16000(00)\n'.repeat(5)}`;
    expect(readFrames([frames(sent)])).toEqual(['preface', 'settings', 'HTTP2_HEADER_BLOCK_TOO_LARGE']);
  });
});

describe('RFC 9113 6.3 to 6.9: other frames', () => {
  it.each<Case>([
    ['PRIORITY', 'PRIORITY 3: 00000001 10', ['priority 3 depends on 1']],
    ['PRIORITY, exclusive', 'PRIORITY 3: 80000001 10', ['priority 3 depends on 1']],
    ['PRIORITY on stream 0', 'PRIORITY: 00000001 10', ['HTTP2_STREAM_ID_MISSING']],
    [
      'PRIORITY of 4 bytes is an error of its stream',
      'PRIORITY 3: 00000001\nPING: *8(00)',
      ['HTTP2_STREAM_PRIORITY_SIZE', 'ping 0000000000000000'],
    ],
    ['RST_STREAM', 'RST_STREAM 1: 00000008', ['rstStream 1 8']],
    ['RST_STREAM with an unknown code', 'RST_STREAM 1: ffffffff', ['rstStream 1 4294967295']],
    ['RST_STREAM on stream 0', 'RST_STREAM: 00000008', ['HTTP2_STREAM_ID_MISSING']],
    ['RST_STREAM of 3 bytes', 'RST_STREAM 1: 000008', ['HTTP2_FRAME_SIZE_INVALID']],
    ['RST_STREAM of 5 bytes', 'length=5 RST_STREAM 1', ['HTTP2_FRAME_SIZE_INVALID']],
    ['SETTINGS', 'SETTINGS: 0003 00000064', ['settings 000300000064']],
    ['SETTINGS acknowledged', 'SETTINGS ACK', ['settingsAck']],
    ['SETTINGS acknowledged with a payload', 'SETTINGS ACK: 0003 00000064', ['HTTP2_FRAME_SIZE_INVALID']],
    ['SETTINGS of 5 bytes', 'SETTINGS: 0003 000000', ['HTTP2_FRAME_SIZE_INVALID']],
    ['SETTINGS on a stream', 'SETTINGS 1', ['HTTP2_STREAM_ID_NOT_ALLOWED']],
    ['PUSH_PROMISE', 'PUSH_PROMISE END_HEADERS 1: 00000002 82', ['HTTP2_PUSH_PROMISE_NOT_ALLOWED']],
    ['PING', 'PING: "abcdefgh"', ['ping 6162636465666768']],
    ['PING answered', 'PING ACK: "abcdefgh"', ['pingAck 6162636465666768']],
    ['PING of 7 bytes', 'PING: "abcdefg"', ['HTTP2_FRAME_SIZE_INVALID']],
    ['PING on a stream', 'PING 1: "abcdefgh"', ['HTTP2_STREAM_ID_NOT_ALLOWED']],
    ['GOAWAY', 'GOAWAY: 00000003 00000002', ['goAway 3 2']],
    ['GOAWAY with debug data', 'GOAWAY: 00000003 00000002 "why"', ['goAway 3 2']],
    ['GOAWAY of 7 bytes', 'length=7 GOAWAY', ['HTTP2_FRAME_SIZE_INVALID']],
    ['GOAWAY on a stream', 'GOAWAY 1: 00000003 00000002', ['HTTP2_STREAM_ID_NOT_ALLOWED']],
    ['WINDOW_UPDATE', 'WINDOW_UPDATE: 00000064', ['windowUpdate 0 100']],
    ['WINDOW_UPDATE of a stream', 'WINDOW_UPDATE 1: 7fffffff', ['windowUpdate 1 2147483647']],
    ['WINDOW_UPDATE of a stream by 0', 'WINDOW_UPDATE 1: 00000000', ['windowUpdate 1 0']],
    ['WINDOW_UPDATE: its reserved bit is ignored', 'WINDOW_UPDATE 1: 80000001', ['windowUpdate 1 1']],
    ['WINDOW_UPDATE by 0', 'WINDOW_UPDATE: 00000000', ['HTTP2_WINDOW_INCREMENT_ZERO']],
    ['WINDOW_UPDATE of 3 bytes', 'WINDOW_UPDATE: 000064', ['HTTP2_FRAME_SIZE_INVALID']],
    ['PRIORITY_UPDATE (RFC 9218 7.1)', 'PRIORITY_UPDATE: 00000005 "u=1, i"', ['priorityUpdate 5 u=1, i']],
    ['a priority of 256 bytes', 'PRIORITY_UPDATE: 00000005 *256(61)', [`priorityUpdate 5 ${'a'.repeat(256)}`]],
    ['a longer priority is dropped', 'PRIORITY_UPDATE: 00000005 *257(61)', ['priorityUpdate 5 ']],
    ['PRIORITY_UPDATE on a stream', 'PRIORITY_UPDATE 1: 00000005 "u=1"', ['HTTP2_STREAM_ID_NOT_ALLOWED']],
    ['PRIORITY_UPDATE of 3 bytes', 'PRIORITY_UPDATE: 000005', ['HTTP2_FRAME_SIZE_INVALID']],
  ])('%s', (_title, sent, events) => expectEvents(sent, events));
});

describe('FrameReader', () => {
  it('an error is thrown again on each call', () => {
    const reader = new FrameReader();
    reader.push(frames(`${opening}PING 1: *8(00)\nPING: *8(00)`));
    reader.read();
    reader.read();
    for (let call = 0; call < 3; call++) expect(() => reader.read()).toThrow(Http2Error);
  });

  it('refuses a frame that is too large before its payload arrives', () => {
    expect(readFrames([frames(`${opening}length=16777215 HEADERS 1`)]).at(-1)).toBe('HTTP2_FRAME_TOO_LARGE');
  });

  it('keeps returned DATA unchanged while more bytes arrive', () => {
    const reader = new FrameReader();
    const bytes = frames(`${opening}DATA 1: "abc"\nDATA 1: "def"\nPING: "12345678"`);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 7) {
      reader.push(bytes.slice(at, at + 7));
      for (let event = reader.read(); event !== FrameEvent.needData; event = reader.read()) {
        if (event === FrameEvent.data) pieces.push(reader.bytes.subarray(reader.start, reader.end));
      }
    }
    expect(Buffer.concat(pieces).toString()).toBe('abcdef');
  });

  it('single bytes of a large frame are copied a few times at most', () => {
    const received = new ReceivedBytes();
    let copied = 0;
    let before: Uint8Array | undefined;
    for (let at = 0; at < 16_384; at++) {
      received.push(Uint8Array.of(0));
      // New memory: the unread bytes have moved there.
      if (received.bytes !== before) copied += received.size;
      before = received.bytes;
    }
    expect(copied).toBeLessThan(4 * 16_384);
  });
});

describe('a frame that its first nine bytes show to be invalid is refused before its payload arrives', () => {
  it.each<[title: string, header: string, error: string]>([
    ['too large', 'length=16385 DATA 1', 'HTTP2_FRAME_TOO_LARGE'],
    ['on the wrong stream', 'length=4 RST_STREAM', 'HTTP2_STREAM_ID_MISSING'],
    ['SETTINGS with a part of a setting', 'length=9 SETTINGS', 'HTTP2_FRAME_SIZE_INVALID'],
    ['SETTINGS ACK with a payload', 'length=6 SETTINGS ACK', 'HTTP2_FRAME_SIZE_INVALID'],
    ['PING of another length', 'length=9 PING', 'HTTP2_FRAME_SIZE_INVALID'],
    ['padding without its length', 'length=0 DATA PADDED 1', 'HTTP2_FRAME_SIZE_INVALID'],
    ['HEADERS shorter than padding and priority', 'length=5 HEADERS 0x28 1', 'HTTP2_FRAME_SIZE_INVALID'],
    ['PUSH_PROMISE', 'length=4 PUSH_PROMISE 1', 'HTTP2_PUSH_PROMISE_NOT_ALLOWED'],
    ['CONTINUATION outside of a block', 'length=100 CONTINUATION 1', 'HTTP2_CONTINUATION_UNEXPECTED'],
    ['another frame within a block', 'HEADERS 1: 82\nlength=8 PING', 'HTTP2_HEADER_BLOCK_INTERRUPTED'],
  ])('%s: %s', (_title, header, error) => expectEvents(header, [error]));

  it('an acknowledgement in the place of the first SETTINGS', () => {
    expect(readFrames([frames('PREFACE\nlength=6 SETTINGS ACK')])).toEqual(['preface', 'HTTP2_SETTINGS_EXPECTED']);
  });
});
