import { describe, expect, it } from 'vitest';
import { patternsOf, superLinear } from './patterns.ts';
import { filesBelow, readText, workspacePackages } from './workspace-packages.ts';

describe('patterns whose time grows faster than the text', () => {
  it.each([
    ['two repetitions of the same characters', String.raw`/^[\d.:]+:[\d.:]*$/`],
    ['a repetition in a repetition', '/^(?:a+)+$/'],
    ['a repetition before the end, tried at every position', String.raw`/[\t ]+$/g`],
    ['one alternative that is tried at every position', String.raw`/^[\t ]+|[\t ]+$/g`],
    ['a beginning that the repetition reads too', String.raw`/file:[^\s)]+:\d/`],
    ['a beginning that may be left out', '/,?[a,]+b/'],
    ['a choice of beginnings', '/(?:^|,)[a,]+b/'],
    ['a repetition in a group that can fail', '/(?:a+b)*c/'],
    ['a beginning at every line, where the repetition reads line ends', '/^[^:]*:/m'],
  ])('are found: %s', (_cause, literal) => expect(superLinear(literal)).toBeDefined());

  it.each([
    ['a beginning without repetition of its characters', String.raw`/:(\d+)$/`],
    ['a repetition that nothing follows', '/%[0-9a-f]+/gi'],
    ['an anchored repetition', String.raw`/^[\t ]*a[\t ]*$/`],
    ['a beginning at every line, where the repetition ends with the line', String.raw`/^host:(.*)\r$/gim`],
    ['a beginning with `^` as one choice', String.raw`/(?:^|,)[\t ]*close/`],
    ['a sticky pattern', '/;*a+=b/y'],
    ['repetitions that exclude each other', String.raw`/^[\d.]*:[\d.:]*$/`],
  ])('are not seen in linear ones: %s', (_cause, literal) => expect(superLinear(literal)).toBeUndefined());

  it('are excused by a comment with a reason in the lines above', () => {
    const text =
      '// super-linear: the text is short\nconst a = /x+$/;\nconst b = /y+$/;\nconst c = new RegExp(b.source);';
    expect(patternsOf('a.ts', text)).toEqual([
      { place: 'a.ts:3', literal: '/y+$/' },
      { place: 'a.ts:4', literal: undefined },
    ]);
  });
});

describe.each(workspacePackages.map(({ folder }) => folder))('the patterns of %s', (folder) => {
  const patterns = filesBelow(`packages/${folder}/src`)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => patternsOf(file, readText(file)));

  it('are literals, so that they can be checked', () => {
    expect(patterns.filter(({ literal }) => literal === undefined)).toEqual([]);
  });

  it('are linear: write others as loops, or excuse them with `// super-linear: reason`', () => {
    const refused = patterns.map(({ place, literal }) => [place, literal, literal && superLinear(literal)]);
    expect(refused.filter(([, , reason]) => reason !== undefined)).toEqual([]);
  });
});
