import { expect, it } from 'vitest';
import { hostName } from '../src/host-name.ts';

it.each<[field: string, name: string]>([
  ['a.test', 'a.test'],
  ['A.Test:80', 'a.test'],
  ['a.test:', 'a.test'],
  ['[::1]', '[::1]'],
  ['[0:0:0:0:0:0:0:1]:80', '[::1]'],
  ['[::FFFF:1.2.3.4]', '[::ffff:102:304]'],
  ['', ''],
  [':80', ''],
  ['a.test:80:90', ''],
  ['a.test:b.test', ''],
  ['[::1]b.test', ''],
  ['[::1]:b.test', ''],
  ['a.test[::1]', ''],
  ['[a.test]', ''],
  ['[::1', ''],
  ['[1::2::3]', ''],
])('the host of %j is %j', (field, name) => {
  expect(hostName(field)).toBe(name);
});
