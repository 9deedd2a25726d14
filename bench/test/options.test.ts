import { describe, expect, it } from 'vitest';
import { parseOptions } from '../lib/options.mjs';

describe('options', () => {
  it('by default three rounds of four seconds over all scenarios', () =>
    expect(parseOptions([])).toMatchObject({
      rounds: 3,
      seconds: 4,
      connections: 64,
      warmUp: 2,
      published: false,
      partial: false,
      subjects: undefined,
      check: false,
    }));
  it('--quick runs one round of one second, and explicit options override it', () =>
    expect(parseOptions(['--quick', '--rounds', '2'])).toMatchObject({ rounds: 2, seconds: 1 }));
  it('--published is limited in time, and not partial', () =>
    expect(parseOptions(['--published'])).toMatchObject({ published: true, partial: false, warmUp: 1 }));
  it.each([[['--quick']], [['--subjects', 'a']], [['--published', '--scenarios', 'idle']]])(
    '%j is partial, not for publication',
    (args) => expect(parseOptions(args)).toMatchObject({ partial: true }),
  );
  it('the name of an axis selects all of its points', () =>
    expect(parseOptions(['--scenarios', 'growth-headers'])).toMatchObject({
      scenarios: ['growth-headers@2', 'growth-headers@10', 'growth-headers@30', 'growth-headers@90'],
    }));
  it('lists are separated by commas', () =>
    expect(parseOptions(['--subjects', 'a,b', '--scenarios', 'idle'])).toMatchObject({
      subjects: ['a', 'b'],
      scenarios: ['idle'],
    }));
  it.each([
    [['--rounds', '0'], /--rounds must be an integer from 1 to 100; received "0"/],
    [['--seconds', '1.5'], /--seconds must be an integer/],
    [['--scenarios', 'fast'], /no scenario is called "fast"/],
    [['--subjects', '../main'], /not the name of a subject/],
    [['--loud'], /--loud/],
  ])('%j is refused', (args, message) => expect(() => parseOptions(args)).toThrow(message));
});
