import { Buffer } from 'node:buffer';
import { isIP } from 'node:net';
import type { Endpoint } from '@windhover/connections';
import { type ParsedProxyHeader, ProxyHeaderParser, ProxyProtocolError } from '@windhover/proxy-protocol';
import type { RandomSource } from '../test-support/random.mjs';
import { type Fuzzer, everyPlace, mutated, pieces, places } from './fuzzer.ts';

/** A header and the bytes after it; one character for each byte. */
export interface ProxyInput {
  readonly text: string;
  /** Places where the input is cut. */
  readonly places: readonly number[];
}

/** The part of the parser that the fuzzer uses. */
export type ProxyParser = Pick<ProxyHeaderParser, 'push'>;

/** Small, so that short inputs reach it. */
const maxHeaderSize = 120;
const maxV1LineSize = 107;

const latin1 = (hex: string): string => Buffer.from(hex.replaceAll(' ', ''), 'hex').toString('latin1');

const signature = latin1('0d0a0d0a000d0a515549540a');

const v2 = (head: string, block: string): string =>
  signature + latin1(head) + String.fromCharCode(block.length >> 8, block.length & 255) + block;

const ipv4 = latin1('cb007107 c6336401 c738 01bb');
const ipv6 = latin1('20010db8000000000000000000000001 20010db8000000000000000000000002 c738 01bb');

const field = (type: string, value: string): string =>
  latin1(type) + String.fromCharCode(value.length >> 8, value.length & 255) + value;

const headers = [
  'PROXY TCP4 203.0.113.7 198.51.100.1 51000 443\r\n',
  'PROXY TCP6 2001:db8::1 ::ffff:198.51.100.1 0 65535\r\n',
  'PROXY UNKNOWN\r\n',
  `PROXY UNKNOWN ${'f'.repeat(80)}\r\n`,
  v2('2111', ipv4),
  v2('2121', ipv6),
  v2('2131', 'a'.repeat(216)),
  v2('2000', ''),
  v2('2100', field('03', '\0\0\0\0')),
  v2('2111', ipv4 + field('01', 'h2') + field('02', 'example.com') + field('04', '\0\0') + field('e0', 'x')),
  v2('2111', ipv4 + field('20', latin1('01 00000000') + field('21', 'TLSv1.3') + field('22', 'a name'))),
  v2('2111', ipv4 + field('05', 'i'.repeat(20)) + field('30', 'blue')),
];

const dictionary = [
  'PROXY ',
  'TCP4 ',
  'UNKNOWN',
  '\r\n',
  '\r',
  '\n',
  ' ',
  '0',
  '65536',
  '::',
  '%eth0',
  '1.2.3',
  signature,
  '\0',
  '\xff\xff',
  ipv4,
];

const following = ['', 'G', 'GET / HTTP/1.1\r\n\r\n', signature, 'PROXY UNKNOWN\r\n'];

const make = (source: RandomSource): ProxyInput => {
  const text = mutated(source, source.pick(headers), dictionary) + source.pick(following);
  return { text, places: places(source, text.length) };
};

/** Parses the pieces. @returns the result as text, for comparison */
const parsePieces = (parser: ProxyParser, all: readonly Buffer[]): string => {
  for (const [index, piece] of all.entries()) {
    try {
      const parsed = parser.push(piece);
      if (parsed === undefined) continue;
      const rest = Buffer.concat([parsed.rest, ...all.slice(index + 1)]);
      const size = all.reduce((sum, { length }) => sum + length, 0) - rest.length;
      return JSON.stringify({ violation: violationOf(parsed, size), size, header: parsed.header });
    } catch (error) {
      if (!(error instanceof ProxyProtocolError)) throw error;
      return JSON.stringify({ refused: error.code, violation: violationAfter(parser, error) });
    }
  }
  return 'incomplete';
};

const violationOf = ({ header }: ParsedProxyHeader, size: number): string | undefined => {
  if (size > (header.version === 1 ? maxV1LineSize : maxHeaderSize)) return 'a longer header than the limit';
  const { source, destination } = header.endpoints ?? {};
  return isValid(source) && isValid(destination) ? undefined : 'an endpoint that is no address';
};

const isValid = (endpoint: Endpoint | undefined): boolean =>
  endpoint?.kind !== 'ip' || (isIP(endpoint.address) > 0 && endpoint.port >= 0 && endpoint.port <= 0xffff);

/** A refused connection may deliver further bytes, which must not become a header. */
const violationAfter = (parser: ProxyParser, refusal: ProxyProtocolError): string | undefined => {
  try {
    parser.push(Buffer.from('PROXY UNKNOWN\r\n'));
  } catch (error) {
    if (error === refusal) return undefined;
  }
  return 'a refused header is no longer refused';
};

/**
 * Mutates PROXY headers of both versions. The result must not depend on how the bytes arrive, only `ProxyProtocolError` is
 * thrown, sizes stay within their limits, and endpoints are addresses.
 */
export const proxyFuzzer = (
  create: () => ProxyParser = () => new ProxyHeaderParser(maxHeaderSize),
): Fuzzer<ProxyInput> => ({
  make,
  check: ({ text, places: at }) => {
    const bytes = Buffer.from(text, 'latin1');
    const whole = parsePieces(create(), pieces(bytes, []));
    if (whole.includes('"violation"')) return Promise.resolve(whole);
    for (const cuts of [at, everyPlace(bytes)]) {
      const cut = parsePieces(create(), pieces(bytes, cuts));
      if (cut !== whole) return Promise.resolve(`cut, it is ${cut}; whole, it is ${whole}`);
    }
    return Promise.resolve(undefined);
  },
});
