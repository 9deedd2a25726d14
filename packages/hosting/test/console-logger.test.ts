import { consoleLogger } from '@windhover/hosting';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let out: string[];
let err: string[];

beforeEach(() => {
  out = [];
  err = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void err.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('consoleLogger', () => {
  it('writes info to stdout as it is, without details', () => {
    consoleLogger().info({ address: 'http://localhost:5000' }, 'Now listening on: http://localhost:5000');
    expect([out, err]).toEqual([['Now listening on: http://localhost:5000'], []]);
  });

  it('writes warn and error to stderr, details behind the message', () => {
    consoleLogger().warn({ port: 80, path: '/a b', missing: undefined }, 'Look here');
    consoleLogger().error({}, 'Failed');
    expect([out, err]).toEqual([[], ['warn: Look here port=80 path="/a b"', 'error: Failed']]);
  });

  it('writes debug only when asked to', () => {
    consoleLogger().debug({}, 'hidden');
    consoleLogger({ debug: true }).debug({ status: 400 }, 'shown');
    expect(out).toEqual(['debug: shown status=400']);
  });

  it('lets no text break the line, colour the terminal or turn the direction', () => {
    consoleLogger().warn({ target: '/\u001b[2J\r\nerror: forged \u202e\u2028\u009b' }, 'a\nb\u0000\ud800');
    expect(err).toHaveLength(1);
    expect(err[0]).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(err[0]).toContain('\\u001b[2J\\r\\nerror: forged \\u202e\\u2028\\u009b');
    expect(err[0]).toContain('a\\u000ab\\u0000\\ud800');
  });

  it('indents every line of an error and of its causes', () => {
    const cause = new RangeError('deep\nerror: forged');
    consoleLogger().error({ err: new Error('over\u001b[0m there', { cause }) }, 'Failed');
    const [first, ...below] = err[0]!.split('\n');
    expect(first).toBe('error: Failed');
    expect(below[0]).toBe('    Error: over\\u001b[0m there');
    expect(below).toContain('    RangeError: deep');
    expect(below.filter((line) => !line.startsWith('    '))).toEqual([]);
  });

  it('a ring of causes comes to an end', () => {
    const ring = new Error('ring');
    ring.cause = ring;
    consoleLogger().error({ err: ring }, 'Failed');
    expect(err[0]!.match(/caused by/g)).toHaveLength(5);
  });

  it('shows values that are no JSON', () => {
    const ring: { self?: object } = {};
    ring.self = ring;
    consoleLogger().warn({ big: 1n, ring, symbol: Symbol('s') }, 'Odd');
    expect(err).toEqual(['warn: Odd big=1 ring=[object Object] symbol=Symbol(s)']);
  });
});
