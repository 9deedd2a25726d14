import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';
import { helpText } from '../src/help-text.ts';

const nothing = { module: undefined, help: false, version: false, verbose: false, watch: false, settings: [] };

describe('parseCommandLine', () => {
  it.each([
    { args: [], expected: {} },
    { args: ['app.ts'], expected: { module: 'app.ts' } },
    { args: ['-h'], expected: { help: true } },
    { args: ['--version'], expected: { version: true } },
    { args: ['--watch', '--verbose'], expected: { watch: true, verbose: true } },
    {
      args: ['--urls', 'a;b', 'x.js', '-u', 'c'],
      expected: { module: 'x.js', settings: ['--urls', 'a;b', '--urls', 'c'] },
    },
    { args: ['--urls=a', '--', '-odd.js'], expected: { module: '-odd.js', settings: ['--urls=a'] } },
    { args: ['--threads', '4'], expected: { threads: '4', settings: ['--threads', '4'] } },
    { args: ['--threads=auto'], expected: { threads: 'auto', settings: ['--threads=auto'] } },
    {
      args: ['x.js', '--dateHeader', '--watch'],
      expected: { module: 'x.js', watch: true, settings: ['--dateHeader'] },
    },
    {
      args: ['--server.limits.keepAliveTimeout', '30s'],
      expected: { settings: ['--server.limits.keepAliveTimeout', '30s'] },
    },
  ])('$args', ({ args, expected }) => {
    expect(parseCommandLine(args)).toEqual({ ...nothing, threads: undefined, ...expected });
  });

  it.each([
    { args: ['-x'], message: 'Unknown option "-x". See windhover --help.' },
    { args: ['a.js', 'b.js'], message: 'Only one module can be served; remove "b.js". See windhover --help.' },
  ])('$args: one sentence and exit code 2', ({ args, message }) => {
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it('the help fits a terminal', () => {
    expect(Math.max(...helpText.split('\n').map((line) => line.length))).toBeLessThanOrEqual(88);
  });
});
