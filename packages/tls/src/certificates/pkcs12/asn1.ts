import { Buffer } from 'node:buffer';

/** Bytes that do not have the expected ASN.1 structure. */
class Asn1Error extends Error {
  override readonly name = 'Asn1Error';
}

/** Tags of universal types, constructed for types that always are. Source: X.680 section 8.6 */
export const asn1Tags = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of an EXPLICIT or constructed IMPLICIT field `[number]`. */
export const contextTag = (number: number): number => 0xa0 | number;

const constructed = 0x20;
const highTagNumber = 0x1f;
const indefiniteLength = 0x80;

/** Levels of nesting. A PFX file has about ten. */
const maxDepth = 32;

/** One value with its content octets. Its members throw an `Asn1Error` if the value has another type. */
export class Asn1Value {
  readonly tag: number;
  readonly content: Buffer;
  /** The whole encoding, with tag and length. */
  readonly encoding: Buffer;
  readonly #depth: number;

  constructor(tag: number, content: Buffer, encoding: Buffer, depth: number) {
    this.tag = tag;
    this.content = content;
    this.encoding = encoding;
    this.#depth = depth;
  }

  /** The values inside a constructed value. */
  get children(): Asn1Value[] {
    if ((this.tag & constructed) === 0) throw new Asn1Error('The value is not constructed');
    const children: Asn1Value[] = [];
    for (let at = 0; at < this.content.length; at += children.at(-1)!.encoding.length) {
      children.push(valueAt(this.content, at, this.#depth + 1));
    }
    return children;
  }

  /** The values inside a SEQUENCE with at least `least` of them. */
  fields(least: number): Asn1Value[] {
    const { children } = this.expect(asn1Tags.sequence);
    if (children.length < least) throw new Asn1Error('A field is missing');
    return children;
  }

  /** The only value inside a constructed value, e.g. an EXPLICIT field. */
  get only(): Asn1Value {
    const [child] = this.children;
    if (child === undefined) throw new Asn1Error('A field is missing');
    return child;
  }

  /** The octets of an OCTET STRING, also of an IMPLICIT one. BER allows several parts. */
  get octets(): Buffer {
    if ((this.tag & constructed) === 0) return this.content;
    return Buffer.concat(this.children.map((part) => part.octets));
  }

  /** A number from 0 to 2^48 - 1. */
  get integer(): number {
    const { content } = this.expect(asn1Tags.integer);
    const digits = content[0] === 0 ? content.subarray(1) : content;
    if (content.length === 0 || content[0]! >= 0x80 || digits.length > 6)
      throw new Asn1Error('The number is too large');
    return digits.length === 0 ? 0 : digits.readUIntBE(0, digits.length);
  }

  /** In dotted form, e.g. `1.2.840.113549.1.7.1`. */
  get objectIdentifier(): string {
    const { content } = this.expect(asn1Tags.objectIdentifier);
    const arcs: number[] = [0];
    for (const byte of content) {
      arcs.push(arcs.pop()! * 128 + (byte & 0x7f));
      if (byte < 0x80) arcs.push(0);
    }
    const [first = 0, ...others] = arcs.slice(0, -1);
    const root = Math.min(Math.floor(first / 40), 2);
    return [root, first - root * 40, ...others].join('.');
  }

  /** @throws Asn1Error if the value has another tag */
  expect(tag: number): this {
    if (this.tag !== tag) throw new Asn1Error(`The tag is ${this.tag} and should be ${tag}`);
    return this;
  }
}

/**
 * Reads the value at the beginning of the bytes. It reads DER and the indefinite lengths of BER, which Firefox, Java and
 * macOS write into PFX files.
 *
 * @throws Asn1Error
 * Source: X.690 sections 8.1 and 10
 */
export const readAsn1 = (bytes: Uint8Array): Asn1Value =>
  valueAt(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, 0);

const valueAt = (bytes: Buffer, at: number, depth: number): Asn1Value => {
  if (depth > maxDepth) throw new Asn1Error('The values are nested too deeply');
  const tag = byteAt(bytes, at);
  if ((tag & highTagNumber) === highTagNumber) throw new Asn1Error('A tag has more than one byte');
  const first = byteAt(bytes, at + 1);
  if (first === indefiniteLength) return indefiniteValueAt(bytes, at, tag, depth);
  const lengthSize = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + lengthSize;
  if (lengthSize > 4 || start > bytes.length) throw new Asn1Error('A length is invalid');
  const end = start + (lengthSize === 0 ? first : bytes.readUIntBE(at + 2, lengthSize));
  if (end > bytes.length) throw new Asn1Error('A value is longer than the file');
  return new Asn1Value(tag, bytes.subarray(start, end), bytes.subarray(at, end), depth);
};

/** The content ends with two zero bytes in place of a value. */
const indefiniteValueAt = (bytes: Buffer, at: number, tag: number, depth: number): Asn1Value => {
  if ((tag & constructed) === 0) throw new Asn1Error('A length is invalid');
  let end = at + 2;
  while (byteAt(bytes, end) !== 0 || byteAt(bytes, end + 1) !== 0) {
    end += valueAt(bytes, end, depth + 1).encoding.length;
  }
  return new Asn1Value(tag, bytes.subarray(at + 2, end), bytes.subarray(at, end + 2), depth);
};

const byteAt = (bytes: Buffer, at: number): number => {
  const byte = bytes[at];
  if (byte === undefined) throw new Asn1Error('A value is longer than the file');
  return byte;
};
