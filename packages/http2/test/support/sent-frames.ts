import { Buffer } from 'node:buffer';
import { ErrorCode, FrameFlag, FrameType, HpackDecoder } from '../../src/codec/index.ts';

const typeNames = new Map<number, string>(Object.entries(FrameType).map(([name, value]) => [value, name]));
const errorNames = new Map<number, string>(Object.entries(ErrorCode).map(([name, value]) => [value, name]));

const settingNames: Record<number, string> = {
  1: 'table',
  3: 'streams',
  4: 'window',
  5: 'frame',
  6: 'list',
  8: 'connect',
  9: 'no-priorities',
};

/** Reads the frames that a server sends, one line of text per event; the compression state is kept between calls. */
export class SentFrames {
  readonly #decoder = new HpackDecoder({ maxListSize: 1_000_000, maxCount: 10_000, maxFieldSize: 1_000_000 });
  #block: Buffer[] = [];
  #head = '';

  read(bytes: Buffer): string[] {
    const lines: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readUIntBE(at, 3);
      const line = this.#frame(bytes.subarray(at, at + 9), bytes.subarray(at + 9, at + 9 + length));
      if (line !== undefined) lines.push(line);
      at += 9 + length;
    }
    return lines;
  }

  #frame(header: Buffer, payload: Buffer): string | undefined {
    const type = header[3]!;
    const flags = header[4]!;
    const streamId = header.readUInt32BE(5);
    const end = (flags & FrameFlag.END_STREAM) === 0 ? '' : ' end';
    switch (type) {
      case FrameType.HEADERS:
        this.#head = `HEADERS ${streamId}`;
        return this.#headers(flags, payload, end);
      case FrameType.CONTINUATION:
        return this.#headers(flags, payload, '');
      case FrameType.DATA:
        return `DATA ${streamId} "${payload.toString('latin1')}"${end}`;
      case FrameType.RST_STREAM:
        return `RST_STREAM ${streamId} ${errorNames.get(payload.readUInt32BE(0)) ?? payload.readUInt32BE(0)}`;
      case FrameType.GOAWAY:
        return `GOAWAY ${payload.readUInt32BE(0)} ${errorNames.get(payload.readUInt32BE(4))}`;
      case FrameType.WINDOW_UPDATE:
        return `WINDOW_UPDATE ${streamId} ${payload.readUInt32BE(0)}`;
      case FrameType.PING:
        return (flags & FrameFlag.ACK) === 0 ? 'PING' : `PING ACK ${payload.toString('latin1')}`;
      case FrameType.SETTINGS:
        return (flags & FrameFlag.ACK) === 0 ? `SETTINGS${settingsOf(payload)}` : 'SETTINGS ACK';
      default:
        return `${typeNames.get(type)} ${streamId}`;
    }
  }

  #headers(flags: number, payload: Buffer, end: string): string | undefined {
    this.#block.push(payload);
    this.#head += end;
    if ((flags & FrameFlag.END_HEADERS) === 0) return undefined;
    const block = Buffer.concat(this.#block);
    this.#block = [];
    const fields = this.#decoder.decode(block, 0, block.length).map(({ name, value }) => `${name}=${value}`);
    const [, name, ends = ''] = /^(HEADERS \d+)( end)?$/.exec(this.#head)!;
    return `${name} ${fields.join(' ')}${ends}`;
  }
}

const settingsOf = (payload: Buffer): string => {
  let text = '';
  for (let at = 0; at < payload.length; at += 6) {
    text += ` ${settingNames[payload.readUInt16BE(at)]}=${payload.readUInt32BE(at + 2)}`;
  }
  return text;
};
