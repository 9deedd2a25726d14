import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sourceExcerpt } from '../src/details/source-excerpt.ts';
import { type StackFrame, stackFrames } from '../src/details/stack-frames.ts';

const frameOf = (line: string): Partial<StackFrame> | undefined => stackFrames(`Error: x\n    ${line}`, 'x')[0];

describe('a line of a stack', () => {
  it.each<[line: string, frame: Partial<StackFrame>]>([
    ['at load (file:///app/a.ts:3:5)', { name: 'load', place: 'file:///app/a.ts', line: 3, column: 5, isOwn: true }],
    ['at /app/a.js:3:5', { name: '', place: '/app/a.js', line: 3, column: 5, isOwn: true }],
    ['at async load (/app/a.js:3:5)', { name: 'async load', place: '/app/a.js' }],
    ['at async /app/a.js:3:5', { name: '', place: '/app/a.js', line: 3 }],
    ['at new Shop (/app (old)/a.js:3:5)', { name: 'new Shop', place: '/app (old)/a.js' }],
    [
      'at Shop.load [as open] (C:\\app\\a.js:3:5)',
      { name: 'Shop.load [as open]', place: 'C:\\app\\a.js', isOwn: true },
    ],
    ['at f (node:internal/process/task_queues:105:5)', { place: 'node:internal/process/task_queues', isOwn: false }],
    ['at f (/app/node_modules/x/y.js:1:2)', { place: '/app/node_modules/x/y.js', isOwn: false }],
    ['at f (C:\\app\\node_modules\\x\\y.js:1:2)', { isOwn: false }],
    ['at Array.map (<anonymous>)', { name: 'Array.map', place: '<anonymous>', line: 0, isOwn: false }],
    ['at JSON.parse (native)', { place: 'native', line: 0 }],
  ])('%s', (line, frame) => {
    expect(frameOf(line)).toMatchObject(frame);
  });
});

it.each(['no frame', `at ${'f'.repeat(3000)} (/a.js:1:2)`])('a line that is not a frame: %s', (line) => {
  expect(frameOf(line)).toBeUndefined();
});

describe('lines of the message are not frames', () => {
  const forged = '\n    at forged (/etc/forged.js:1:1)';
  it.each<[title: string, stack: string, message: string]>([
    ['in a message', `Error: x${forged}\n    at f (/a.js:1:2)`, `x${forged}`],
    ['in one of two lines', `Error: a${forged}\nb\n    at f (/a.js:1:2)`, `a${forged}\nb`],
    ['with a name of two words', `My error [CODE]: x${forged}\n    at f (/a.js:1:2)`, `x${forged}`],
  ])('%s', (_title, stack, message) => {
    expect(stackFrames(stack, message)).toMatchObject([{ name: 'f' }]);
  });

  it('an empty message', () => {
    expect(stackFrames('Error\n    at f (/a.js:1:2)', '')).toMatchObject([{ name: 'f' }]);
  });

  it.each(['', 'Error: x', 'Error: x\n', 'only text'])('no frames: %j', (stack) => {
    expect(stackFrames(stack, 'x')).toEqual([]);
  });

  it('at most a hundred frames are parsed', () => {
    expect(stackFrames(`Error: x${'\n    at f (/a.js:1:2)'.repeat(1000)}`, 'x')).toHaveLength(100);
  });
});

describe('the source around a frame', () => {
  const folders: string[] = [];

  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  const file = async (name: string, content: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'windhover-source-'));
    folders.push(folder);
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  const at = (place: string, line: number): StackFrame => ({ text: '', name: '', place, line, column: 1, isOwn: true });

  const twelve = Array.from({ length: 12 }, (_each, index) => `line ${index + 1}`);

  it.each<[line: number, start: number, end: number]>([
    [1, 1, 4],
    [6, 2, 9],
    [12, 8, 12],
  ])('line %i: %i to %i', async (line, start, end) => {
    const path = await file('a.ts', twelve.join('\r\n'));
    const excerpt = { start, lines: twelve.slice(start - 1, end) };
    expect(await sourceExcerpt(at(path, line))).toEqual(excerpt);
    expect(await sourceExcerpt(at(pathToFileURL(path).href, line))).toEqual(excerpt);
  });

  it.each<[title: string, name: string, content: string, line: number]>([
    ['is not source', 'passwd', 'root', 1],
    ['is configuration', '.env', 'SECRET=1', 1],
    ['has not so many lines', 'a.js', 'one', 2],
    ['frame has no line', 'a.js', 'one', 0],
    ['is too large', 'a.js', 'x\n'.repeat(600_000), 1],
  ])('nothing for a file that %s', async (_title, name, content, line) => {
    expect(await sourceExcerpt(at(await file(name, content), line))).toBeUndefined();
  });

  it.each(['relative.js', '/nowhere/at/all.js', 'file://host/a.js', 'node:fs', 'file:///%', 'http://a/b.js'])(
    'nothing of %s',
    async (place) => {
      expect(await sourceExcerpt(at(place, 1))).toBeUndefined();
    },
  );

  it('nothing for a folder', async () => {
    const path = await file('a.js', '');
    expect(await sourceExcerpt(at(join(path, '..'), 1))).toBeUndefined();
  });
});
