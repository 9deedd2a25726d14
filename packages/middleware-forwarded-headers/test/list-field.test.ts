import { expect, it } from 'vitest';
import { ListField } from '../src/list-field.ts';

/** The entries in the order in which they are taken, each with the remaining text. */
const taken = (list: ListField): [entry: string | undefined, rest: string][] => {
  const steps: [string | undefined, string][] = [];
  while (!list.isEmpty && steps.length < 9) {
    const entry = list.last;
    list.takeLast();
    steps.push([entry, list.rest]);
  }
  return steps;
};

it.each<[text: string, steps: [entry: string, rest: string][]]>([
  ['', [['', '']]],
  ['a', [['a', '']]],
  [
    ',',
    [
      ['', ''],
      ['', ''],
    ],
  ],
  [
    ' a ,\tb\t',
    [
      ['b', 'a'],
      ['a', ''],
    ],
  ],
  [
    ',a,',
    [
      ['', ',a'],
      ['a', ''],
      ['', ''],
    ],
  ],
])('%j from the right', (text, steps) => {
  for (const list of [ListField.plain(text), ListField.quoted(text)]) {
    expect(taken(list)).toEqual(steps);
    expect([list.isEmpty, list.last, list.count]).toEqual([true, undefined, 0]);
    list.takeLast();
    expect(list.isEmpty).toBe(true);
  }
});

it.each<[text: string, entries: string[]]>([
  ['x="a,b",y', ['y', 'x="a,b"']],
  ['x="a\\",b",y', ['y', 'x="a\\",b"']],
  ['x="a\\\\",y="b,"', ['y="b,"', 'x="a\\\\"']],
  ['x="\\\\\\",",y', ['y', 'x="\\\\\\","']],
  ['x="",y=","', ['y=","', 'x=""']],
  ['x="a,y="b"', ['y="b"', 'x="a']],
])('commas in the quoted strings of %s separate nothing', (text, entries) => {
  expect(taken(ListField.quoted(text)).map(([entry]) => entry)).toEqual(entries);
});
