import { describe, expect, it } from 'vitest';
import { headerOf, parse } from './support/parse.ts';
import { v1Line } from './support/headers.ts';

const ip = (address: string, port: number) => ({ kind: 'ip', address, port });

describe('PROXY protocol 2.1, version 1', () => {
  it('TCP4', () => {
    expect(headerOf(v1Line)).toMatchObject({
      version: 1,
      command: 'PROXY',
      transport: 'stream',
      endpoints: { source: ip('203.0.113.7', 51_000), destination: ip('198.51.100.1', 443) },
    });
  });

  it.each([
    ['as a socket shows it', '2001:DB8:0:0::7', '2001:db8::7'],
    ['the longest address', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['a mapped IPv4 address', '::ffff:10.0.0.1', '10.0.0.1'],
    ['a mapped IPv4 address in hexadecimal', '::FFFF:0a00:1', '10.0.0.1'],
  ])('TCP6: %s', (_name, text, shown) => {
    const header = headerOf(`PROXY TCP6 ${text} ::1 65535 0\r\n`);
    expect(header.endpoints).toEqual({ source: ip(shown, 65_535), destination: ip('::1', 0) });
  });

  it.each(['PROXY UNKNOWN\r\n', 'PROXY UNKNOWN \r\n', 'PROXY UNKNOWN what\0ever \xff\r\n'])(
    'UNKNOWN: what follows is ignored: %j',
    (line) => {
      expect(headerOf(line)).toMatchObject({ command: 'PROXY', transport: undefined, endpoints: undefined });
    },
  );

  it('a line of 107 bytes is read, a line of 108 bytes is refused', () => {
    const line = (size: number): string => `${'PROXY UNKNOWN '.padEnd(size - 2, 'x')}\r\n`;
    expect(headerOf(line(107))).toMatchObject({ version: 1 });
    expect(parse(line(108))).toEqual({ code: 'PROXY_PROTOCOL_HEADER_TOO_LONG' });
    expect(parse('PROXY UNKNOWN '.padEnd(106, 'x'))).toBe('incomplete');
    expect(parse('PROXY UNKNOWN '.padEnd(107, 'x'))).toEqual({ code: 'PROXY_PROTOCOL_HEADER_TOO_LONG' });
  });

  it.each([
    ['PROXY\tTCP4 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
    ['proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
    ['GET / HTTP/1.1\r\n\r\n', 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
    [' PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_SIGNATURE_INVALID'],
    ['PROXY \r\n', 'PROXY_PROTOCOL_V1_PROTOCOL_INVALID'],
    ['PROXY  TCP4 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_PROTOCOL_INVALID'],
    ['PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_PROTOCOL_INVALID'],
    ['PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_PROTOCOL_INVALID'],
    ['PROXY UNKNOWNS\r\n', 'PROXY_PROTOCOL_V1_PROTOCOL_INVALID'],
    ['PROXY constructor 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_PROTOCOL_INVALID'],
    ['PROXY TCP4\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4  5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1\r 2\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY UNKNOWN \n\r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY UNKNOWN \r \r\n', 'PROXY_PROTOCOL_V1_LINE_INVALID'],
    ['PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP4 1.2.3.04 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP4 ::1 ::1 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP6 ::1 ::1::1 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP6 [::1] ::1 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP4 localhost 5.6.7.8 1 2\r\n', 'PROXY_PROTOCOL_V1_ADDRESS_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 0x1 2\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
    ['PROXY TCP4 1.2.3.4 5.6.7.8 1e1 2\r\n', 'PROXY_PROTOCOL_V1_PORT_INVALID'],
  ])('%j: %s', (line, code) => {
    expect(parse(line)).toEqual({ code });
  });
});
