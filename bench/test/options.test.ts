import { describe, expect, it } from 'vitest';
import { parseOptions } from '../lib/options.mjs';

describe('options', () => {
  it('by default three rounds of four seconds over all scenarios', () =>
    expect(parseOptions([])).toMatchObject({
      rounds: 3,
      seconds: 4,
      connections: 64,
      subjects: undefined,
      check: false,
    }));
  it('--quick is one round of one second, and what is given besides wins', () =>
    expect(parseOptions(['--quick', '--rounds', '2'])).toMatchObject({ rounds: 2, seconds: 1 }));
  it('lists are separated by commas', () =>
    expect(parseOptions(['--subjects', 'a,b', '--scenarios', 'idle'])).toMatchObject({
      subjects: ['a', 'b'],
      scenarios: ['idle'],
    }));
  it.each([
    [['--rounds', '0'], /--rounds wants/],
    [['--seconds', '1.5'], /--seconds wants/],
    [['--scenarios', 'fast'], /no scenario is called "fast"/],
    [['--subjects', '../main'], /not the name of a subject/],
    [['--loud'], /--loud/],
  ])('%j is refused', (args, message) => expect(() => parseOptions(args)).toThrow(message));
});
