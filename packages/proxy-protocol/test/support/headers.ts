import { Buffer } from 'node:buffer';
import { crc32c } from '../../src/crc32c.ts';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

export const PROXY = 0x21;
export const LOCAL = 0x20;

/** 203.0.113.7:51000 to 198.51.100.1:443. */
export const ipv4Block = Buffer.from('cb007107c6336401c73801bb', 'hex');

/** One field; its length is written as it is unless `length` says otherwise. */
export const tlv = (type: number, value: Uint8Array | string, length: number = value.length): Buffer => {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
  return Buffer.concat([Buffer.from([type, length >> 8, length & 0xff]), bytes]);
};

/** A header of version 2 around a block. */
export const v2 = (block: Uint8Array = ipv4Block, family = 0x11, command = PROXY): Buffer => {
  const fixed = Buffer.from([command, family, block.length >> 8, block.length & 0xff]);
  return Buffer.concat([signature, fixed, block]);
};

/** A header with IPv4 addresses followed by fields. */
export const v2With = (...fields: readonly Uint8Array[]): Buffer => v2(Buffer.concat([ipv4Block, ...fields]));

/** The same, with a checksum as its last field, off by `error`. */
export const checksummed = (error: number, ...fields: readonly Uint8Array[]): Buffer => {
  const header = v2With(...fields, tlv(0x03, new Uint8Array(4)));
  header.writeUInt32BE((crc32c(header) + error) >>> 0, header.length - 4);
  return header;
};

export const v1Line = 'PROXY TCP4 203.0.113.7 198.51.100.1 51000 443\r\n';
