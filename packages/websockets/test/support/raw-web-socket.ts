import { RawClient } from '../../../../tools/test-support/raw-client.ts';

/** A key as a client sends it. */
export const key = 'dGhlIHNhbXBsZSBub25jZQ==';

/** The head of a handshake; given fields replace those with the same name, `null` removes one. */
export const handshake = (fields: Record<string, string | null> = {}, requestLine = 'GET / HTTP/1.1'): string => {
  const all: Record<string, string | null> = {
    Host: 'a',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
    ...fields,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== null);
  return `${requestLine}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
};

export const Opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameParts {
  readonly fin?: boolean;
  /** Reserved bits: 4 for RSV1, 2 for RSV2, 1 for RSV3. */
  readonly reserved?: number;
  readonly opcode?: number;
  readonly masked?: boolean;
  readonly payload?: string | Uint8Array;
  /** The length in the frame header; by default the length of the payload. */
  readonly length?: number | bigint;
}

/** One frame, valid or not. */
export const frame = ({
  fin = true,
  reserved = 0,
  opcode = Opcode.text,
  masked = true,
  ...rest
}: FrameParts): Buffer => {
  const payload = Buffer.from(rest.payload ?? '');
  const mask = Buffer.from([0x11, 0x22, 0x33, 0x44]);
  const body = masked ? payload.map((byte, at) => byte ^ mask[at % 4]!) : payload;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const length = lengthBytes(rest.length ?? payload.length, masked ? 0x80 : 0);
  return Buffer.concat([Buffer.from([first]), length, masked ? mask : Buffer.alloc(0), body]);
};

const lengthBytes = (length: number | bigint, maskBit: number): Buffer => {
  if (length < 126) return Buffer.from([maskBit | Number(length)]);
  const long = length > 0xffff;
  const bytes = Buffer.alloc(long ? 9 : 3);
  bytes[0] = maskBit | (long ? 127 : 126);
  if (long) bytes.writeBigUInt64BE(BigInt(length), 1);
  else bytes.writeUInt16BE(Number(length), 1);
  return bytes;
};

/** A frame of the server. */
export interface Frame {
  readonly fin: boolean;
  readonly reserved: number;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A client of a WebSocket that sends given bytes, and keeps the frames that it receives. */
export class RawWebSocket extends RawClient {
  head = '';
  readonly frames: Frame[] = [];
  #bytes: Buffer = Buffer.alloc(0);

  /** Asks for a WebSocket. @returns the status of the answer */
  async upgrade(fields?: Record<string, string | null>, requestLine?: string): Promise<number> {
    this.send(handshake(fields, requestLine));
    await this.when(() => this.head !== '');
    return Number(this.head.slice(9, 12));
  }

  /** Values of the fields of the answer with that name. */
  field(name: string): string[] {
    const lines = this.head.split('\r\n').slice(1);
    return lines.filter((line) => line.toLowerCase().startsWith(`${name}:`)).map((line) => line.slice(name.length + 2));
  }

  async frame(index = this.frames.length): Promise<Frame | undefined> {
    await this.when(() => this.frames.length > index);
    return this.frames[index];
  }

  /** The close frame of the server as `code reason`; `undefined` when the connection ends without one. */
  async closeFrame(): Promise<{ code: number; reason: string } | undefined> {
    const isClose = ({ opcode }: Frame): boolean => opcode === Opcode.close;
    await this.when(() => this.frames.some(isClose));
    const close = this.frames.find(isClose);
    if (close === undefined) return undefined;
    const { payload } = close;
    return { code: payload.length === 0 ? 1005 : payload.readUInt16BE(), reason: payload.toString('utf8', 2) };
  }

  protected override receive(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (this.head === '') this.#takeHead();
    if (this.head !== '') while (this.#takeFrame());
  }

  #takeHead(): void {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end === -1) return;
    this.head = this.#bytes.toString('latin1', 0, end);
    this.#bytes = this.#bytes.subarray(end + 4);
  }

  #takeFrame(): boolean {
    if (!this.head.startsWith('HTTP/1.1 101') || this.#bytes.length < 2) return false;
    const [first, second] = [this.#bytes[0]!, this.#bytes[1]!];
    const start = second < 126 ? 2 : second === 126 ? 4 : 10;
    if (this.#bytes.length < start) return false;
    const size =
      second < 126 ? second : second === 126 ? this.#bytes.readUInt16BE(2) : Number(this.#bytes.readBigUInt64BE(2));
    if (this.#bytes.length < start + size) return false;
    const payload = this.#bytes.subarray(start, start + size);
    this.frames.push({ fin: first >= 0x80, reserved: (first >> 4) & 7, opcode: first & 15, payload });
    this.#bytes = this.#bytes.subarray(start + size);
    return true;
  }
}
