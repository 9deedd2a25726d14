import { describe, expect, it } from 'vitest';
import { formatBindingAddress, parseBindingAddress, sameBindingAddress } from '../src/index.ts';

describe('the canonical text of an address', () => {
  it.each([
    ['http://localhost', 'http://localhost:80'],
    ['https://*/', 'https://*:443'],
    ['hTTp://A.LocalHost:0080', 'hTTp://A.LocalHost:80'],
    ['ftp://host', 'ftp://host:0'],
    ['http://[::1]', 'http://[::1]:80'],
    ['http://localhost/base/', 'http://localhost:80/base'],
    ['http://localhost//', 'http://localhost:80//'],
    ['http://UNIX:/run/app.sock:/', 'http://unix:/run/app.sock'],
    ['http://unix:/run/app.sock:/base/', 'http://unix:/run/app.sock:/base'],
    ['http://unix:@app:', 'http://unix:@app'],
    ['http://Pipe:/name:/', 'http://pipe:/name'],
  ])('%s becomes %s', (typed, canonical) => {
    expect(formatBindingAddress(parseBindingAddress(typed))).toBe(canonical);
  });
});

describe('sameBindingAddress', () => {
  it.each([
    ['http://localhost', 'HTTP://LOCALHOST:80/', true],
    ['http://[::A]', 'http://[::a]', true],
    ['http://unix:/a', 'http://unix:/a:', true],
    ['http://localhost', 'https://localhost', false],
    ['http://localhost', 'http://localhost:81', false],
    ['http://localhost', 'http://127.0.0.1', false],
    ['http://localhost/a', 'http://localhost/A', false],
    ['http://unix:/a', 'http://unix:/A', false],
    ['http://unix:/a', 'http://pipe:/a', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameBindingAddress(parseBindingAddress(a), parseBindingAddress(b))).toBe(same);
  });
});
