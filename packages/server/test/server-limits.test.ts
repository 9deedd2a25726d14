import { httpLimitDefaults } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { type ServerLimits, resolveServerLimits, serverLimitDefaults } from '../src/index.ts';

/** Options may come from JavaScript without types. */
const resolve = (given: Record<string, unknown>): ServerLimits => resolveServerLimits(given);

const refused = (message: string): unknown =>
  expect.objectContaining({ code: 'HTTP_LIMIT_INVALID', message: expect.stringContaining(message) });

const always = [Number.NaN, -1, '5000', true, {}, [5000]];

const rows = [
  {
    name: 'maxConcurrentConnections',
    range: 'an integer of at least 1, or null',
    taken: [1, 2 ** 40, null],
    bad: [...always, 0, 1.5, Infinity],
  },
  {
    name: 'maxConnectionsPerRemoteAddress',
    range: 'an integer of at least 1, or null',
    taken: [1, 2 ** 40, null],
    bad: [...always, 0, 1.5, Infinity],
  },
  {
    name: 'maxConnectionAge',
    range: 'a number of milliseconds of at least 1, or null',
    taken: [1, 1.5, Infinity, null],
    bad: [...always, 0.5],
  },
  {
    name: 'maxConcurrentUpgradedConnections',
    range: 'an integer of at least 0, or null',
    taken: [0, 1, null],
    bad: [...always, 1.5, Infinity, 2 ** 53],
  },
] as const;

describe('limits of a server', () => {
  it('have a row here for each limit of connections, and are off by default', () => {
    const ofConnections = Object.fromEntries(rows.map(({ name }) => [name, null]));
    expect(resolveServerLimits()).toEqual({ ...httpLimitDefaults, ...ofConnections });
    expect(serverLimitDefaults).toEqual(resolveServerLimits());
  });

  describe.each(rows)('$name', ({ name, range, taken, bad }) => {
    it.each(taken)('%s is accepted', (value) => {
      expect(resolve({ [name]: value })[name]).toBe(value);
    });

    it.each(bad)('%s is refused with the name and the range', (value) => {
      expect(() => resolve({ [name]: value })).toThrow(refused(`${name} must be ${range}; received `));
    });

    it('undefined means the default', () => {
      expect(resolve({ [name]: undefined })[name]).toBeNull();
    });
  });

  it('are given together with limits of HTTP', () => {
    const given = { maxConcurrentConnections: 5, maxRequestLineSize: 100, http2: { headerTableSize: 0 } };
    const { http2, ...plain } = resolve(given);
    expect([plain, http2.headerTableSize]).toEqual([
      expect.objectContaining({ maxConcurrentConnections: 5, maxRequestLineSize: 100 }),
      0,
    ]);
  });

  it.each(['maxConnections', 'toString', ''])('"%s" is refused as unknown', (name) => {
    expect(() => resolve({ [name]: 1 })).toThrow(refused(`there is no limit "${name}"`));
  });
});
