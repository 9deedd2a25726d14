import { describe, expect, it } from 'vitest';
import { hasListMember, listMembers, trimWhitespace } from '../src/index.ts';

describe('RFC 9110 5.6.3 optional whitespace', () => {
  it.each([
    ['', ''],
    [' \t', ''],
    ['a', 'a'],
    ['\t a b \t', 'a b'],
    ['\u00a0a\r', '\u00a0a\r'],
  ])('%j is trimmed to %j: spaces and tabs only', (text, trimmed) => expect(trimWhitespace(text)).toBe(trimmed));
});

describe('RFC 9110 5.6.1 members of a list', () => {
  it.each<[string, string[]]>([
    ['', ['']],
    ['a', ['a']],
    [' a ,\tb,,c d ', ['a', 'b', '', 'c d']],
  ])('%j has the members %j', (value, members) => expect(listMembers(value)).toEqual(members));

  it.each<[value: string, has: boolean]>([
    ['close', true],
    ['Close', true],
    [' close\t', true],
    ['keep-alive,\tCLOSE , x', true],
    ['', false],
    ['clos', false],
    ['closed', false],
    ['not close', false],
    ['keep-alive, close-notify', false],
  ])('%j has the member close: %s', (value, has) => expect(hasListMember(value, 'close')).toBe(has));
});
