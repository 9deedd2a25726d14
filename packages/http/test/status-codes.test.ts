import { describe, expect, it } from 'vitest';
import { reasonPhrases } from '../src/index.ts';

describe('reasonPhrases', () => {
  it.each([
    [100, 'Continue'],
    [103, 'Early Hints'],
    [200, 'OK'],
    [203, 'Non-Authoritative Information'],
    [226, 'IM Used'],
    [308, 'Permanent Redirect'],
    [404, 'Not Found'],
    [413, 'Content Too Large'],
    [422, 'Unprocessable Content'],
    [431, 'Request Header Fields Too Large'],
    [500, 'Internal Server Error'],
    [511, 'Network Authentication Required'],
  ])('RFC 9110 15: %i is %s', (code, phrase) => {
    expect(reasonPhrases[code]).toBe(phrase);
  });

  it('every code of RFC 9110 section 15 has a phrase', () => {
    const codes = '100 101 200-206 300-305 307 308 400-417 421 422 426 500-505'.split(' ').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, n) => first + n);
    });
    expect(codes).toHaveLength(44);
    for (const code of codes) expect(reasonPhrases[code]).toBeTypeOf('string');
  });

  it('codes that the registry keeps unused have none', () => {
    for (const code of [306, 418, 430, 509, 510]) expect(reasonPhrases[code]).toBeUndefined();
  });

  it('RFC 9112 4: every phrase can stand in a status line', () => {
    for (const [code, phrase] of Object.entries(reasonPhrases)) {
      expect(code).toMatch(/^[1-5]\d\d$/);
      expect(phrase).toMatch(/^[A-Z][A-Za-z -]+$/);
    }
  });
});
