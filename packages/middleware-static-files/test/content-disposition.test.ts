import { expect, it } from 'vitest';
import { contentDisposition } from '../src/index.ts';

it.each<[name: string, value: string]>([
  ['report.pdf', 'attachment; filename="report.pdf"'],
  ['my report.pdf', 'attachment; filename="my report.pdf"'],
  ['a"b\\c.txt'.replace('\\', ''), 'attachment; filename="a\\"bc.txt"'],
  ["it's (1)*.txt", 'attachment; filename="it\'s (1)*.txt"'],
  ['Übersicht.pdf', `attachment; filename="?bersicht.pdf"; filename*=UTF-8''%C3%9Cbersicht.pdf`],
  ['€ rates.txt', `attachment; filename="? rates.txt"; filename*=UTF-8''%E2%82%AC%20rates.txt`],
  ['日本.txt', `attachment; filename="??.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`],
  ['😀.txt', `attachment; filename="?.txt"; filename*=UTF-8''%F0%9F%98%80.txt`],
  ["é'()*!.txt", `attachment; filename="?'()*!.txt"; filename*=UTF-8''%C3%A9%27%28%29%2A!.txt`],
  ['100%41.txt', `attachment; filename="100%41.txt"; filename*=UTF-8''100%2541.txt`],
  ['a\r\nSet-Cookie: b=c.txt', 'attachment; filename="aSet-Cookie: b=c.txt"'],
  ['a\0b\x7f\x85.txt', 'attachment; filename="ab.txt"'],
  ['gpj.\u202Eexe', 'attachment; filename="gpj.exe"'],
  ['../../etc/passwd', 'attachment; filename="passwd"'],
  ['C:\\temp\\a.txt', 'attachment; filename="a.txt"'],
  ['\ud800.txt', `attachment; filename="?.txt"; filename*=UTF-8''%EF%BF%BD.txt`],
  ['', 'attachment'],
  ['folder/', 'attachment'],
])('RFC 6266 4: %j: %s', (name, value) => {
  expect(contentDisposition(name)).toBe(value);
});

it('inline shows the content', () => {
  expect(contentDisposition('a.pdf', 'inline')).toBe('inline; filename="a.pdf"');
});
