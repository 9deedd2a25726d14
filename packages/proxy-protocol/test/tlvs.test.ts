import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../src/crc32c.ts';
import { checksummed, tlv, v2With } from './support/headers.ts';
import { headerOf, parse } from './support/parse.ts';

const tlvsOf = (...fields: readonly Uint8Array[]) => headerOf(v2With(...fields)).tlvs;
const invalid = { code: 'PROXY_PROTOCOL_V2_TLV_INVALID' };

/** `client` and `verify`, then the sub-fields. */
const ssl = (client: number, verify: number, ...fields: readonly Uint8Array[]): Buffer => {
  const fixed = Buffer.alloc(5);
  fixed[0] = client;
  fixed.writeUInt32BE(verify, 1);
  return tlv(0x20, Buffer.concat([fixed, ...fields]));
};

describe('PROXY protocol 2.2.1, additional fields', () => {
  it('no fields', () => {
    expect(tlvsOf()).toEqual({
      alpn: undefined,
      authority: undefined,
      uniqueId: undefined,
      ssl: undefined,
      netns: undefined,
      checksummed: false,
      unknown: [],
    });
  });

  it('ALPN, AUTHORITY in UTF-8, UNIQUE_ID, NETNS, in any order', () => {
    const authority = tlv(0x02, Buffer.from('bücher.example'));
    const id = Buffer.alloc(128, 7);
    expect(tlvsOf(tlv(0x30, 'blue'), tlv(0x05, id), authority, tlv(0x01, 'h2'))).toMatchObject({
      alpn: 'h2',
      authority: 'bücher.example',
      netns: 'blue',
      uniqueId: new Uint8Array(id),
    });
  });

  it('unknown fields are kept raw and in order, padding is dropped', () => {
    const { unknown } = tlvsOf(tlv(0xea, 'aws'), tlv(0x04, 'padding'), tlv(0xee, ''), tlv(0xea, 'again'));
    expect(unknown.map(({ type, value }) => [type, Buffer.from(value).toString()])).toEqual([
      [0xea, 'aws'],
      [0xee, ''],
      [0xea, 'again'],
    ]);
  });

  it.each([
    ['one byte', Buffer.from([1])],
    ['two bytes', Buffer.from([1, 0])],
    ['a value longer than what is left', tlv(0x01, 'h2', 3)],
    ['a length with a high byte', tlv(0x01, 'h2', 0x0100)],
    ['ALPN twice', Buffer.concat([tlv(0x01, 'h2'), tlv(0x01, 'h2')])],
    ['AUTHORITY twice', Buffer.concat([tlv(0x02, 'a'), tlv(0x02, 'b')])],
    ['AUTHORITY that is not UTF-8', tlv(0x02, '\xff')],
    ['UNIQUE_ID of 129 bytes', tlv(0x05, new Uint8Array(129))],
    ['NETNS that is not ASCII', tlv(0x30, 'bl\xfc')],
    ['NETNS with a line end', tlv(0x30, 'a\nb')],
    ['SSL of 4 bytes', tlv(0x20, new Uint8Array(4))],
    ['SSL with a sub-field that is cut off', ssl(1, 0, tlv(0x21, 'TLSv1.3', 8))],
    ['SSL with a cipher that is not ASCII', ssl(1, 0, tlv(0x23, '\x80'))],
    ['SSL with two common names', ssl(1, 0, tlv(0x22, 'a'), tlv(0x22, 'b'))],
    ['CRC32C of 3 bytes', tlv(0x03, new Uint8Array(3))],
    ['CRC32C twice', Buffer.concat([tlv(0x03, new Uint8Array(4)), tlv(0x03, new Uint8Array(4))])],
  ])('%s: PROXY_PROTOCOL_V2_TLV_INVALID', (_name, fields) => {
    expect(parse(v2With(fields))).toEqual(invalid);
  });
});

describe('PROXY protocol 2.2.6, SSL', () => {
  it('all sub-fields', () => {
    const fields = [
      tlv(0x21, 'TLSv1.3'),
      tlv(0x22, Buffer.from('Jörg')),
      tlv(0x23, 'TLS_AES_128_GCM_SHA256'),
      tlv(0x24, 'SHA256'),
      tlv(0x25, 'RSA2048'),
      tlv(0x2f, 'new'),
    ];
    expect(tlvsOf(ssl(0x07, 0, ...fields)).ssl).toMatchObject({
      overTls: true,
      certificateOnConnection: true,
      certificateInSession: true,
      verified: true,
      version: 'TLSv1.3',
      commonName: 'Jörg',
      cipher: 'TLS_AES_128_GCM_SHA256',
      signatureAlgorithm: 'SHA256',
      keyAlgorithm: 'RSA2048',
      unknown: [{ type: 0x2f }],
    });
  });

  it.each([
    ['no TLS', 0x00, 0, { overTls: false, verified: false }],
    ['TLS without a certificate', 0x01, 0, { overTls: true, verified: false }],
    ['a certificate that failed', 0x03, 1, { certificateOnConnection: true, verified: false }],
    ['a certificate that failed in the highest byte', 0x03, 0x01000000, { verified: false }],
    ['a resumed session', 0x05, 0, { certificateOnConnection: false, certificateInSession: true, verified: true }],
  ])('verified means given and verified: %s', (_name, client, verify, expected) => {
    expect(tlvsOf(ssl(client, verify)).ssl).toMatchObject(expected);
  });
});

describe('PROXY protocol 2.2.3, checksum', () => {
  it('RFC 3720 B.4: CRC-32C of 32 zeros, 32 ones, and 0 to 31', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(
      crc32c(
        Uint8Array.from({ length: 16 }, (_, at) => at),
        Uint8Array.from({ length: 16 }, (_, at) => at + 16),
      ),
    ).toBe(0x46dd794e);
  });

  it('a matching checksum: accepted', () => {
    expect(headerOf(checksummed(0, tlv(0x02, 'a.example'))).tlvs).toMatchObject({ checksummed: true });
  });

  it('another checksum: PROXY_PROTOCOL_V2_CHECKSUM_INVALID', () => {
    expect(parse(checksummed(1))).toEqual({ code: 'PROXY_PROTOCOL_V2_CHECKSUM_INVALID' });
  });

  it('every bit of the header changes the checksum', () => {
    const header = checksummed(0, tlv(0xea, 'x'));
    for (let at = 16; at < header.length; at++) {
      const changed = Buffer.from(header);
      changed[at]! ^= 1;
      expect(parse(changed)).not.toHaveProperty('header.tlvs.checksummed', true);
    }
  });
});
