import { describe, expect, it } from 'vitest';
import { helpText, parseCommandLine } from '../src/command-line.ts';

describe('parseCommandLine', () => {
  it.each([
    { args: [], expected: { module: undefined, urls: [], help: false, version: false } },
    { args: ['app.ts'], expected: { module: 'app.ts', urls: [], help: false, version: false } },
    { args: ['--urls', 'a;b', 'x.js', '-u', 'c'], expected: { module: 'x.js', urls: ['a;b', 'c'] } },
    { args: ['--urls=a', '--', '-odd.js'], expected: { module: '-odd.js', urls: ['a'] } },
    { args: ['-h'], expected: { help: true } },
    { args: ['--version'], expected: { version: true } },
  ])('$args', ({ args, expected }) => {
    expect(parseCommandLine(args)).toMatchObject(expected);
  });

  it.each([
    { args: ['--nope'], message: "Unknown option '--nope'. See windhover --help." },
    { args: ['a.js', 'b.js'], message: 'One module can be served, and "b.js" is another one. See windhover --help.' },
    { args: ['--help=yes'], message: "Option '-h, --help' does not take an argument. See windhover --help." },
  ])('$args: one sentence and exit code 2', ({ args, message }) => {
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it('the help fits a terminal', () => {
    expect(Math.max(...helpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(84);
  });
});
