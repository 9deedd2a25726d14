import { describe, expect, it } from 'vitest';
import { type HttpLimits, http2LimitDefaults, httpLimitDefaults, resolveHttpLimits } from '../src/index.ts';
import { checkMinDataRate } from '../src/limits.ts';

const refused = (...parts: string[]): unknown =>
  expect.objectContaining({
    code: 'HTTP_LIMIT_INVALID',
    message: expect.stringMatching(parts.map(escaped).join('.*')),
  });
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** From plain JavaScript anything may come. */
const resolve = (given: Record<string, unknown>): HttpLimits => resolveHttpLimits(given);

type PlainLimit = Exclude<keyof HttpLimits, 'minRequestBodyDataRate' | 'minResponseDataRate'>;

interface Row {
  readonly name: PlainLimit;
  readonly byDefault: number | null;
  readonly range: string;
  readonly taken: readonly (number | null)[];
  readonly refused: readonly unknown[];
}

const always = [Number.NaN, -1, '5000', true, {}, [5000]];
const size = { range: 'an integer of at least 1', taken: [1, 2 ** 40], refused: [...always, 0, 1.5, Infinity, null] };
const sizeOrNull = {
  range: 'an integer of at least 1, or null',
  taken: [1, 2 ** 40, null],
  refused: [...always, 0, 1.5, Infinity],
};
const countOrNull = {
  range: 'an integer of at least 0, or null',
  taken: [0, 1, null],
  refused: [...always, 1.5, Infinity, 2 ** 53],
};
const time = {
  range: 'a number of milliseconds of at least 1, or Infinity',
  taken: [1, 1.5, 86_400_000, Infinity],
  refused: [...always, 0, 0.5, null],
};

const rows: readonly Row[] = [
  { name: 'maxRequestLineSize', byDefault: 8192, ...size },
  { name: 'maxRequestHeadersTotalSize', byDefault: 32_768, ...size },
  { name: 'maxRequestHeaderCount', byDefault: 100, ...size },
  { name: 'maxRequestBodySize', byDefault: 30_000_000, ...countOrNull },
  { name: 'maxRequestBufferSize', byDefault: 1_048_576, ...sizeOrNull },
  { name: 'maxResponseBufferSize', byDefault: 65_536, ...countOrNull },
  { name: 'keepAliveTimeout', byDefault: 130_000, ...time },
  { name: 'requestHeadersTimeout', byDefault: 30_000, ...time },
  { name: 'requestDrainTimeout', byDefault: 5000, ...time },
  {
    name: 'maxRequestDrainSize',
    byDefault: 1_048_576,
    range: 'an integer of at least 0',
    taken: [0, 1],
    refused: [...always, 1.5, Infinity, null],
  },
  { name: 'maxRequestsPerConnection', byDefault: null, ...sizeOrNull },
];

/** The buffer has to hold a head, so the other limits of a row with it are out of the way. */
const roomFor = (name: PlainLimit): Partial<HttpLimits> => {
  if (name === 'maxRequestBufferSize') return { maxRequestLineSize: 1, maxRequestHeadersTotalSize: 1 };
  return { maxRequestBufferSize: null };
};

describe('the limits', () => {
  it('every default has a row here', () => {
    expect(resolveHttpLimits()).toEqual({
      ...Object.fromEntries(rows.map(({ name, byDefault }) => [name, byDefault])),
      minRequestBodyDataRate: { bytesPerSecond: 240, gracePeriod: 5000 },
      minResponseDataRate: { bytesPerSecond: 240, gracePeriod: 5000 },
      http2: http2LimitDefaults,
    });
    expect(resolveHttpLimits()).toEqual(httpLimitDefaults);
  });

  describe.each(rows)('$name', ({ name, range, taken, refused: bad }) => {
    it.each(taken)('%s: taken', (value) => {
      expect(resolve({ ...roomFor(name), [name]: value })[name]).toBe(value);
    });

    it.each(bad)('%s: refused, naming the limit, its range and the value', (value) => {
      expect(() => resolve({ ...roomFor(name), [name]: value })).toThrow(refused(`${name} must be ${range}; received`));
    });
  });

  it.each(['minRequestBodyDataRate', 'minResponseDataRate'] as const)('%s: a rate, or null', (name) => {
    const range = '{ bytesPerSecond: above 0, gracePeriod: above 1000 ms }, or null';
    for (const rate of [
      null,
      { bytesPerSecond: 0.5, gracePeriod: 1001 },
      { bytesPerSecond: 1, gracePeriod: Infinity },
    ]) {
      expect(resolve({ [name]: rate })[name]).toEqual(rate);
      expect(() => checkMinDataRate(name, rate)).not.toThrow();
    }
    for (const rate of [
      { bytesPerSecond: 0, gracePeriod: 5000 },
      { bytesPerSecond: -1, gracePeriod: 5000 },
      { bytesPerSecond: Number.NaN, gracePeriod: 5000 },
      { bytesPerSecond: '240', gracePeriod: 5000 },
      { bytesPerSecond: 240, gracePeriod: 1000 },
      { bytesPerSecond: 240, gracePeriod: '5000' },
      { bytesPerSecond: 240 },
      {},
      240,
    ]) {
      expect(() => resolve({ [name]: rate })).toThrow(refused(`${name} must be ${range}; received`));
    }
  });

  it.each(['maxRequestSize', 'MaxRequestLineSize', '', 'toString', 'constructor'])(
    '"%s" is no limit: refused by name',
    (name) => {
      expect(() => resolve({ [name]: 1 })).toThrow(refused(`there is no limit "${name}"`));
      expect(() => resolve({ [name]: undefined })).toThrow(refused(`there is no limit "${name}"`));
    },
  );

  it('undefined means the default', () => {
    expect(resolve({ maxRequestLineSize: undefined, minResponseDataRate: undefined })).toEqual(httpLimitDefaults);
  });

  it('does not modify the passed options or the defaults', () => {
    const given = Object.freeze({ maxRequestLineSize: 100 });
    expect(resolveHttpLimits(given)).toEqual({ ...httpLimitDefaults, maxRequestLineSize: 100 });
    expect(httpLimitDefaults.maxRequestLineSize).toBe(8192);
  });
});

describe('maxRequestBufferSize', () => {
  it.each([
    [{ maxRequestBufferSize: 8191, maxRequestHeadersTotalSize: 100 }, 'maxRequestLineSize (8192)', 8191],
    [{ maxRequestBufferSize: 32_767 }, 'maxRequestHeadersTotalSize (32768)', 32_767],
    [{ maxRequestLineSize: 2_000_000 }, 'maxRequestLineSize (2000000)', 1_048_576],
  ])('%j: below what a head may take: refused, naming both', (given, limit, buffer) => {
    const message = `maxRequestBufferSize must be at least ${limit}, or null; received ${buffer}`;
    expect(() => resolve(given)).toThrow(refused(message));
  });

  it.each([{ maxRequestBufferSize: 32_768 }, { maxRequestBufferSize: null, maxRequestLineSize: 2_000_000 }])(
    '%j: taken',
    (given) => {
      expect(resolveHttpLimits(given)).toMatchObject(given);
    },
  );
});
