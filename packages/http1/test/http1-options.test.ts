import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Http1Error, RequestDecoder, RequestEvent, http1OptionDefaults } from '@windhover/http1-codec';
import { RequestFields } from '../src/exchange/request-fields.ts';

const head = (target: string, host: string): Buffer => Buffer.from(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

/** The Host fields that an application sees, or the code of the refusal. */
const hosts = (target: string, host: string, allowHostHeaderOverride: boolean): string[] | string => {
  const decoder = new RequestDecoder(undefined, { allowHostHeaderOverride });
  decoder.push(head(target, host));
  try {
    return decoder.read() === RequestEvent.head ? new RequestFields(decoder.head!).getAll('host') : 'incomplete';
  } catch (error) {
    return (error as Http1Error).code;
  }
};

describe('allowHostHeaderOverride (RFC 9112 3.2.2)', () => {
  it.each([
    [false, 'http://a/', 'b', 'HTTP1_HOST_MISMATCH'],
    [true, 'http://a/', 'b', ['a']],
    [true, 'http://a:8080/x', 'b', ['a:8080']],
    [true, 'http://a/', 'a:80', ['a:80']],
    [false, 'http://a/', 'a', ['a']],
    [true, 'http:///x', 'b', 'HTTP1_TARGET_INVALID'],
    [true, '/x', 'b', ['b']],
  ])('%s: target %s, Host %s: %s', (allowed, target, host, expected) => {
    expect(hosts(target, host, allowed)).toEqual(expected);
  });
});

it('the README lists every option with its default', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `(allow\w+)` +\| `(\w+)`/gm)].map(([, name, value]) => [
    name,
    value === 'true',
  ]);
  expect(Object.fromEntries(rows)).toEqual(http1OptionDefaults);
});
