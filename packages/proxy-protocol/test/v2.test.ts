import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { LOCAL, ipv4Block, v2, v2With } from './support/headers.ts';
import { headerOf, parse } from './support/parse.ts';

const ip = (address: string, port: number) => ({ kind: 'ip', address, port });

const ipv6Block = (source: string): Buffer =>
  Buffer.concat([Buffer.from(source, 'hex'), Buffer.from('20010db8000000000000000000000001c73801bb', 'hex')]);

const unixBlock = (source: string, destination: string): Buffer => {
  const block = Buffer.alloc(216);
  block.write(source, 0);
  block.write(destination, 108);
  return block;
};

describe('PROXY protocol 2.2, version 2', () => {
  it.each([
    ['stream', 0x11],
    ['datagram', 0x12],
  ])('INET %s', (transport, family) => {
    expect(headerOf(v2(ipv4Block, family))).toMatchObject({
      version: 2,
      command: 'PROXY',
      transport,
      endpoints: { source: ip('203.0.113.7', 51_000), destination: ip('198.51.100.1', 443) },
    });
  });

  it.each([
    ['2001:db8::7', '20010db8000000000000000000000007'],
    ['10.0.0.1', '00000000000000000000ffff0a000001'],
    ['::', '00000000000000000000000000000000'],
  ])('INET6 %s', (shown, source) => {
    expect(headerOf(v2(ipv6Block(source), 0x21)).endpoints).toEqual({
      source: ip(shown, 51_000),
      destination: ip('2001:db8::1', 443),
    });
  });

  it.each([
    ['a path', '/run/a.sock', '/run/a.sock'],
    ['no name', '', ''],
    ['an abstract name', '\0name\0part', '\0name\0part'],
    ['a path ends at its NUL', '/run/a\0/run/b', '/run/a'],
    ['a path without a NUL', 'x'.repeat(108), 'x'.repeat(108)],
  ])('UNIX: %s', (_name, sent, path) => {
    expect(headerOf(v2(unixBlock(sent, '/run/b.sock'), 0x31))).toMatchObject({
      transport: 'stream',
      endpoints: { source: { kind: 'unix', path }, destination: { kind: 'unix', path: '/run/b.sock' } },
    });
  });

  it('UNSPEC has no addresses; its fields follow directly', () => {
    const header = headerOf(v2(Buffer.from([0xea, 0, 1, 7]), 0x00));
    expect(header).toMatchObject({ command: 'PROXY', transport: undefined, endpoints: undefined });
    expect(header.tlvs.unknown).toMatchObject([{ type: 0xea }]);
  });

  it.each([
    ['without a block', v2(Buffer.alloc(0), 0x00, LOCAL)],
    ['with addresses', v2(ipv4Block, 0x11, LOCAL)],
    ['with an unknown family and an illegible block', v2(Buffer.alloc(9, 0xff), 0xff, LOCAL)],
  ])('LOCAL %s: family and block are ignored', (_name, bytes) => {
    expect(parse(bytes)).toMatchObject({ rest: '', header: { command: 'LOCAL', endpoints: undefined } });
  });

  it.each([
    ['version 1', v2(ipv4Block, 0x11, 0x11), 'PROXY_PROTOCOL_V2_VERSION_INVALID'],
    ['version 3', v2(ipv4Block, 0x11, 0x31), 'PROXY_PROTOCOL_V2_VERSION_INVALID'],
    ['command 2', v2(ipv4Block, 0x11, 0x22), 'PROXY_PROTOCOL_V2_COMMAND_INVALID'],
    ['command 15', v2(ipv4Block, 0x11, 0x2f), 'PROXY_PROTOCOL_V2_COMMAND_INVALID'],
    ['family 4', v2(ipv4Block, 0x41), 'PROXY_PROTOCOL_V2_FAMILY_INVALID'],
    ['transport 3', v2(ipv4Block, 0x13), 'PROXY_PROTOCOL_V2_FAMILY_INVALID'],
    ['INET without a transport', v2(ipv4Block, 0x10), 'PROXY_PROTOCOL_V2_FAMILY_INVALID'],
    ['UNSPEC with a transport', v2(ipv4Block, 0x01), 'PROXY_PROTOCOL_V2_FAMILY_INVALID'],
    ['INET with 11 bytes', v2(ipv4Block.subarray(1)), 'PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE'],
    ['INET with none', v2(Buffer.alloc(0)), 'PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE'],
    ['INET6 with 35 bytes', v2(Buffer.alloc(35), 0x21), 'PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE'],
    ['UNIX with 215 bytes', v2(Buffer.alloc(215), 0x31), 'PROXY_PROTOCOL_V2_ADDRESS_INCOMPLETE'],
    [
      'a wrong last byte of the signature',
      Buffer.from('\r\n\r\n\0\r\nQUIT\r', 'latin1'),
      'PROXY_PROTOCOL_SIGNATURE_INVALID',
    ],
    ['a wrong second byte', Buffer.from('\r\r', 'latin1'), 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
  ])('%s', (_name, bytes, code) => {
    expect(parse(bytes)).toEqual({ code });
  });

  it('a header of maxHeaderSize bytes is read, a longer one is refused by its first 16', () => {
    const header = v2With(Buffer.from([0xea, 0, 10, ...Array.from({ length: 10 }, () => 1)]));
    expect(parse(header, header.length)).toMatchObject({ header: { version: 2 } });
    expect(parse(header.subarray(0, 16), header.length - 1)).toEqual({ code: 'PROXY_PROTOCOL_HEADER_TOO_LONG' });
  });

  it('the longest possible header is read', () => {
    const fields = Buffer.alloc(0xffff - ipv4Block.length);
    fields.set([0xea, (fields.length - 3) >> 8, (fields.length - 3) & 0xff]);
    expect(headerOf(v2With(fields)).tlvs.unknown[0]!.value).toHaveLength(fields.length - 3);
  });
});
