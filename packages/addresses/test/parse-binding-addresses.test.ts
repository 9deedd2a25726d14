import { describe, expect, it } from 'vitest';
import { AddressError, formatBindingAddress, parseBindingAddress, parseBindingAddresses } from '../src/index.ts';

const formatted = (list: string): string[] =>
  parseBindingAddresses(list).map((address) => formatBindingAddress(address));

describe('a list of addresses', () => {
  it.each([undefined, null, 5000, ['http://localhost']])('%j is not text: TypeError', (value) => {
    const message = /^An address must be a string such as "http:\/\/localhost:5000"; received /;
    expect(() => parseBindingAddresses(value as never)).toThrow(message);
    expect(() => parseBindingAddress(value as never)).toThrow(message);
  });

  it.each([
    ['', []],
    [';', []],
    [' ; ;; ', []],
    ['http://*:80', ['http://*:80']],
    ['http://*:80;', ['http://*:80']],
    [' http://*:80 ;\n\thttps://*:443\r\n', ['http://*:80', 'https://*:443']],
    ['http://*:80;http://*:80', ['http://*:80', 'http://*:80']],
    ['http://unix:/run/a.sock;http://unix:@a', ['http://unix:/run/a.sock', 'http://unix:@a']],
  ])('%j', (list, addresses) => {
    expect(formatted(list)).toEqual(addresses);
  });

  it.each([
    ['http://*:80;http://*:8o', 'ADDRESS_PORT_INVALID', 'o'],
    [' ; http://*:80 ;  http://a b ', 'ADDRESS_HOST_CHARACTER', ' b'],
    ['http://*:80, http://*:81', 'ADDRESS_PORT_INVALID', ','],
    ['http://unix:/run/a;b.sock', 'ADDRESS_SCHEME_MISSING', 'b.sock'],
    ['http://*:80;http://', 'ADDRESS_HOST_MISSING', ''],
  ])('%j: %s, with a position in the whole list', (list, code, rest) => {
    const error = catchError(list);
    expect(error).toMatchObject({ code, text: list });
    expect(list.slice(error.position).startsWith(rest)).toBe(true);
    expect(rest !== '' || error.position === list.length).toBe(true);
  });

  it('names the invalid address, and suggests another', () => {
    const error = catchError('http://*:80; http://127.0.0.1:NOTAPORT ;http://*:81');
    expect(error.position).toBe(30);
    expect(error.suggestion).toBe('http://127.0.0.1:5000');
    expect(error.message).toContain('"http://127.0.0.1:NOTAPORT", position 30');
  });
});

const catchError = (list: string): AddressError => {
  try {
    parseBindingAddresses(list);
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};
