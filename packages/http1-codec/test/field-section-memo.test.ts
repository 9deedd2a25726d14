import { resolveHttpLimits } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { type Http1Error, RequestDecoder, RequestEvent } from '../src/index.ts';

const section = (value: string): string =>
  `Host: a.example\r\nX-One: ${value}\r\nContent-Length: 0\r\nX-Two: ${'z'.repeat(80)}\r\nConnection: keep-alive\r\n\r\n`;

const limits = resolveHttpLimits();

/** All that a head comes to, or the code of its refusal. */
const outcome = (fields: string, target = '/', decoderLimits = limits): unknown => {
  const decoder = new RequestDecoder(decoderLimits);
  decoder.push(Buffer.from(`GET ${target} HTTP/1.1\r\n${fields}`, 'latin1'));
  try {
    if (decoder.read() !== RequestEvent.head) return 'incomplete';
  } catch (error) {
    return (error as Http1Error).code;
  }
  const head = decoder.head!;
  const lines = Array.from({ length: head.fieldCount }, (_, line) => head.fieldLine(line));
  return { target: head.target, lines, meaning: head.meaning, contentLength: head.contentLength };
};

/** The same, sure to be parsed: another section came just before, twice. */
const parsedOutcome = (fields: string): unknown => {
  const other = 'Host: other\r\nX: something else\r\n\r\n';
  outcome(other);
  outcome(other);
  outcome(other);
  return outcome(fields);
};

/** Makes the section the one that is remembered. */
const remember = (fields: string): void => {
  for (let i = 0; i < 3; i++) outcome(fields);
};

describe('a field section that comes again means what it meant', () => {
  it('its fields are read from its own request, whatever was parsed in between', () => {
    const fields = section('one');
    const expected = parsedOutcome(fields) as object;
    remember(fields);
    expect(outcome(fields, '/another/target?of=another-length')).toEqual({
      ...expected,
      target: '/another/target?of=another-length',
    });
    const decoder = new RequestDecoder(limits);
    decoder.push(Buffer.from(`GET /first HTTP/1.1\r\n${fields}GET /second/longer HTTP/1.1\r\n${fields}`, 'latin1'));
    decoder.read();
    const first = decoder.head!;
    decoder.read();
    decoder.read();
    const second = decoder.head!;
    outcome('Host: b\r\nY: 1\r\n\r\n');
    expect([first.field('x-one'), second.field('x-one')]).toEqual(['one', 'one']);
    expect([first.target, second.target]).toEqual(['/first', '/second/longer']);
  });

  it('one other byte, at any place, makes it another section', () => {
    const fields = section('one');
    for (const byte of ['\0', 'Q', ':', ' ']) {
      for (let at = 0; at < fields.length; at++) {
        const other = fields.slice(0, at) + byte + fields.slice(at + 1);
        const expected = parsedOutcome(other);
        remember(fields);
        expect(outcome(other), `${JSON.stringify(byte)} at ${at}`).toEqual(expected);
      }
    }
  });

  it('cut at any place it is incomplete', () => {
    const fields = section('one');
    remember(fields);
    for (let cut = 0; cut < fields.length; cut++) expect(outcome(fields.slice(0, cut))).toBe('incomplete');
  });

  it('longer ones that begin like it are themselves', () => {
    const fields = section('one');
    const longer = fields.slice(0, -2) + 'X-More: 1\r\n\r\n';
    const expected = parsedOutcome(longer);
    remember(fields);
    expect(outcome(longer)).toEqual(expected);
  });

  it('other limits judge it anew', () => {
    const fields = section('one');
    remember(fields);
    expect(outcome(fields, '/', resolveHttpLimits({ maxRequestHeaderCount: 2 }))).toBe('HTTP1_TOO_MANY_FIELDS');
    expect(outcome(fields, '/', resolveHttpLimits({ maxRequestHeadersTotalSize: 50 }))).toBe(
      'HTTP1_FIELD_SECTION_TOO_LARGE',
    );
  });

  it('a refused section is refused each time', () => {
    const bad = section('one').replace('keep-alive', 'keep\u0001alive');
    expect([outcome(bad), outcome(bad), outcome(bad)]).toEqual(Array(3).fill('HTTP1_FIELD_VALUE_INVALID'));
    const twice = section('one').replace('X-One: one', 'Host: b');
    expect([outcome(twice), outcome(twice), outcome(twice)]).toEqual(Array(3).fill('HTTP1_HOST_DUPLICATE'));
  });
});
