import { describe, expect, it } from 'vitest';
import { HttpError, type Http2Limits, resolveHttpLimits } from '../src/index.ts';

type Row = [name: keyof Http2Limits, byDefault: number | null, taken: (number | null)[], refused: unknown[]];

const never = [-1, 1.5, Number.NaN, '5', {}, undefined as unknown].filter((value) => value !== undefined);

const rows: Row[] = [
  ['maxStreamsPerConnection', 100, [1, 2 ** 31 - 1], [...never, 0, null, Infinity, 2 ** 31]],
  ['headerTableSize', 4096, [0, 2 ** 24], [...never, null, Infinity]],
  ['maxFrameSize', 16_384, [16_384, 2 ** 24 - 1], [...never, 16_383, 2 ** 24, null]],
  ['maxRequestHeaderFieldSize', 32_768, [1], [...never, 0, null, Infinity]],
  ['initialConnectionWindowSize', 1_048_576, [65_535, 2 ** 31 - 1], [...never, 65_534, 2 ** 31, null]],
  ['initialStreamWindowSize', 786_432, [65_535, 2 ** 31 - 1], [...never, 65_534, 2 ** 31, null]],
  ['keepAlivePingDelay', null, [1000, 1000.5, Infinity, null], [999, '1000', Number.NaN]],
  ['keepAlivePingTimeout', 20_000, [1000, Infinity], [999, null, '1000']],
];

const resolve = (name: string, value: unknown): Http2Limits => resolveHttpLimits({ http2: { [name]: value } }).http2;

const messageOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return error instanceof HttpError && error.code === 'HTTP_LIMIT_INVALID' ? error.message : String(error);
  }
};

describe('limits of HTTP/2', () => {
  it.each(rows)('%s: default %s, its range, and nothing else', (name, byDefault, taken, refused) => {
    expect(resolveHttpLimits().http2[name]).toBe(byDefault);
    expect(taken.map((value) => resolve(name, value)[name])).toEqual(taken);
    for (const value of refused) expect(messageOf(() => resolve(name, value))).toContain(`http2.${name} must be`);
  });

  it('a passed option keeps the defaults of the others', () => {
    expect(resolve('maxFrameSize', 20_000)).toEqual({ ...resolveHttpLimits().http2, maxFrameSize: 20_000 });
  });

  it.each([
    ['a name that is no limit', { http2: { maxStreams: 5 } }, 'there is no limit "http2.maxStreams"'],
    ['null', { http2: null }, 'http2 must be an object'],
    ['a number', { http2: 5 }, 'http2 must be an object'],
  ])('%s: refused', (_title, given, message) => {
    expect(messageOf(() => resolveHttpLimits(given as never))).toContain(message);
  });
});
