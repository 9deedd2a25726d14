import { describe, expect, it } from 'vitest';
import { isNormalUrl } from '../src/request/normal-url.ts';

const parts = [
  ' ',
  '\t',
  ...String.raw`a B 0 9 08 255 256 0x1 - _ . .. : / // \ ? # @ % %2e %2E %zz xn-- xn--a é | ^ { " ' < [ ] [::1] :80 :443 :8080 :65536 :0 :08 a.example 127.0.0.1 1.2.3 1.2.3.4. localhost /a/b /. /./ /.. ?a=b ~ ! $&()*+,;=`.split(
    ' ',
  ),
];

/** A generator of numbers that gives the same ones in every run (Numerical Recipes, "quick and dirty"). */
const numbers = (seed: number) => (below: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

const href = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).href : undefined);

describe('isNormalUrl', () => {
  it.each([
    'http://a.example/',
    'https://a.example:8443/b/c?d=e&f=%20',
    'http://localhost:5000/caf%C3%A9/x.y',
    'http://127.0.0.1:54321/?',
    'http://a-b.c1.example//evil.example/x',
  ])('knows %s', (url) => {
    expect([isNormalUrl(url), href(url)]).toEqual([true, url]);
  });

  it('knows no URL that the parser refuses or changes', () => {
    const below = numbers(1);
    const wrong: string[] = [];
    let known = 0;
    for (let turn = 0; turn < 100_000; turn++) {
      let url = below(2) === 0 ? 'http://' : 'https://';
      if (below(2) === 0) url += ['a.example', '127.0.0.1', 'localhost'][below(3)]!;
      for (let count = below(5); count >= 0; count--) url += parts[below(parts.length)]!;
      if (below(2) === 0) url += '/';
      if (!isNormalUrl(url)) continue;
      known++;
      if (href(url) !== url) wrong.push(url);
    }
    expect(wrong).toEqual([]);
    expect(known).toBeGreaterThan(1000);
  });

  it.each(['a.', 'a', '1.', '-', '/', '/a', '/.', '%2e', ':1'])('takes linear time for many of %s', (part) => {
    expect(isNormalUrl(`http://${part.repeat(50_000)}\\`)).toBe(false);
  });
});
