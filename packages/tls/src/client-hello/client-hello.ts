import { Buffer } from 'node:buffer';

/** Content type of a handshake record. RFC 8446 section 5.1 */
export const handshakeRecord = 0x16;
const recordHeaderSize = 5;
const messageHeaderSize = 4;
/** RFC 8446 section 4 */
const clientHello = 1;
const serverNameExtension = 0;
const hostName = 0;

/** Maximum size of a ClientHello in bytes, same as Kestrel. Browsers send up to 2 KB. */
const maxSize = 16 * 1024;

/** The parts of a ClientHello that the server needs before it answers. */
export interface ClientHello {
  /** As sent; `undefined` if the client sent no name. */
  readonly serverName: string | undefined;
  /** False for malformed or too long bytes. OpenSSL still receives them and answers with an alert. */
  readonly isWhole: boolean;
}

const illegible: ClientHello = { serverName: undefined, isWhole: false };

/** The message is malformed. Caught in this file. */
class Cut extends Error {}

/** Reads numbers and vectors of RFC 8446 section 3 in sequence, from a part of some bytes. */
class Cursor {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  /** @returns the position of the skipped bytes */
  skip(size: number): number {
    const start = this.#at;
    if (size > this.#end - start) throw new Cut();
    this.#at = start + size;
    return start;
  }

  number(size: 1 | 2 | 3): number {
    return this.#bytes.readUIntBE(this.skip(size), size);
  }

  /** Reads a vector with a length prefix. */
  vector(lengthSize: 1 | 2 | 3): Cursor {
    const size = this.number(lengthSize);
    const start = this.skip(size);
    return new Cursor(this.#bytes, start, start + size);
  }

  skipVector(lengthSize: 1 | 2 | 3): void {
    this.skip(this.number(lengthSize));
  }

  /** The rest as text, one character for each byte. */
  text(): string {
    return this.#bytes.toString('latin1', this.#at, this.#end);
  }
}

/**
 * Parses the first message of a TLS client up to its server name. This happens before OpenSSL starts, because the
 * certificate, versions and client rules depend on the name. A malformed message is not an error: OpenSSL answers it.
 *
 * @returns the minimum number of bytes needed, if there are too few
 *
 * Source: RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3; Kestrel reads it ahead in the same way (`SslStream`)
 */
export const parseClientHello = (bytes: Buffer): ClientHello | number => {
  try {
    const message = firstMessage(bytes);
    if (typeof message !== 'number') return { serverName: serverNameOf(message), isWhole: true };
    return message > maxSize ? illegible : message;
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    return illegible;
  }
};

/**
 * The body of the ClientHello, which may span several records, or the minimum number of bytes needed. The number
 * assumes that one more record completes it, so that tiny records do not cause one attempt each.
 */
const firstMessage = (bytes: Buffer): Cursor | number => {
  const fragments: Buffer[] = [];
  let missing = messageHeaderSize;
  let length: number | undefined;
  for (let at = 0; ;) {
    const start = at + recordHeaderSize;
    if (bytes.length < start) return start + missing;
    const size = bytes.readUInt16BE(at + 3);
    if (bytes[at] !== handshakeRecord || size === 0) throw new Cut();
    at = start + size;
    if (bytes.length < at) return at + (size < missing ? recordHeaderSize + missing - size : 0);
    fragments.push(bytes.subarray(start, at));
    missing -= size;
    if (length === undefined && missing <= 0) {
      length = bodyLength(joined(fragments));
      missing += length;
    }
    if (missing <= 0) return new Cursor(joined(fragments), messageHeaderSize, messageHeaderSize + length!);
  }
};

/** Nearly every ClientHello is in one record, and is not copied. */
const joined = (fragments: readonly Buffer[]): Buffer =>
  fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);

const bodyLength = (message: Buffer): number => {
  const length = message.readUIntBE(1, 3);
  if (message[0] !== clientHello || length > maxSize) throw new Cut();
  return length;
};

const serverNameOf = (hello: Cursor): string | undefined => {
  hello.skip(2 + 32); // legacy_version, random
  hello.skipVector(1); // legacy_session_id
  hello.skipVector(2); // cipher_suites
  hello.skipVector(1); // legacy_compression_methods
  if (hello.isAtEnd) return undefined; // TLS 1.2 without extensions
  const extensions = hello.vector(2);
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    if (type === serverNameExtension) return hostNameOf(extensions.vector(2).vector(2));
    extensions.skipVector(2);
  }
  return undefined;
};

const hostNameOf = (list: Cursor): string | undefined => {
  const type = list.number(1);
  const name = list.vector(2).text();
  return type === hostName && name !== '' ? name : undefined;
};
