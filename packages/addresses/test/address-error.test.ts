import { describe, expect, it } from 'vitest';
import {
  AddressError,
  type AddressErrorCode,
  addressErrors,
  bindingTarget,
  parseBindingAddress,
} from '../src/index.ts';

/** The address, the code, the position, and the suggestion. */
type Refused = [text: string, code: AddressErrorCode, position: number, suggestion?: string];

const parsing: Refused[] = [
  ['', 'ADDRESS_EMPTY', 0, 'http://localhost:5000'],
  ['  ', 'ADDRESS_EMPTY', 0, 'http://localhost:5000'],
  // the beginning of a scheme is no host name, which would listen on every interface
  ['h', 'ADDRESS_SCHEME_MISSING', 0, 'http://localhost:5000'],
  ['htt', 'ADDRESS_SCHEME_MISSING', 0, 'http://localhost:5000'],
  ['HTTPS', 'ADDRESS_SCHEME_MISSING', 0, 'http://localhost:5000'],
  [' http://*:80', 'ADDRESS_BLANK', 0, 'http://*:80'],
  ['http://*:80 ', 'ADDRESS_BLANK', 11, 'http://*:80'],
  ['http://unix:/a.sock\n', 'ADDRESS_BLANK', 19, 'http://unix:/a.sock'],
  ['http://unix:/a.sock :', 'ADDRESS_BLANK', 19, 'http://unix:/a.sock'],
  ['http://unix:/a.sock:/b /', 'ADDRESS_BLANK', 22],
  ['http://*:80/b /', 'ADDRESS_BLANK', 13],
  ['http://a\0b', 'ADDRESS_CONTROL_CHARACTER', 8],
  ['http://unix:/a\0b', 'ADDRESS_CONTROL_CHARACTER', 14],
  ['http://unix:/a\ud800', 'ADDRESS_CONTROL_CHARACTER', 14],
  ['http://unix:/a\u2028b', 'ADDRESS_CONTROL_CHARACTER', 14],
  // scheme
  ['5000', 'ADDRESS_SCHEME_MISSING', 0, 'http://localhost:5000'],
  ['localhost', 'ADDRESS_SCHEME_MISSING', 0, 'http://localhost'],
  ['localhost:5000', 'ADDRESS_SCHEME_MISSING', 0, 'http://localhost:5000'],
  ['*:5000', 'ADDRESS_SCHEME_MISSING', 0, 'http://*:5000'],
  ['/run/app.sock', 'ADDRESS_SCHEME_MISSING', 0, 'http://unix:/run/app.sock'],
  ['unix:/run/app.sock', 'ADDRESS_SCHEME_MISSING', 0, 'http://unix:/run/app.sock'],
  ['//noscheme', 'ADDRESS_SCHEME_MISSING', 0, 'http://noscheme'],
  ['://emptyscheme', 'ADDRESS_SCHEME_MISSING', 0, 'http://emptyscheme'],
  ['://', 'ADDRESS_SCHEME_MISSING', 0],
  ['https:/localhost', 'ADDRESS_SCHEME_MISSING', 0, 'https://localhost'],
  ['http ://localhost', 'ADDRESS_SCHEME_INVALID', 4, 'http://localhost'],
  ['1http://localhost', 'ADDRESS_SCHEME_INVALID', 0],
  ['http://https://localhost:80', 'ADDRESS_SCHEME_INVALID', 7, 'https://localhost:80'],
  // host
  ['http://', 'ADDRESS_HOST_MISSING', 7, 'http://localhost:5000'],
  ['https:///', 'ADDRESS_HOST_MISSING', 8, 'https://localhost:5001'],
  ['http:////:5000', 'ADDRESS_HOST_MISSING', 7, 'http://localhost:5000'],
  ['http://:8080', 'ADDRESS_HOST_MISSING', 7, 'http://localhost:8080'],
  ['http://localhost ', 'ADDRESS_BLANK', 16, 'http://localhost'],
  ['http://localhost :80', 'ADDRESS_HOST_CHARACTER', 16, 'http://localhost:80'],
  ['http://user@localhost:80', 'ADDRESS_HOST_CHARACTER', 11, 'http://localhost:80'],
  ['http://**', 'ADDRESS_HOST_CHARACTER', 7, 'http://localhost'],
  ['http://bücher.example', 'ADDRESS_HOST_CHARACTER', 8, 'http://localhost'],
  ['http://１２７.0.0.1:80', 'ADDRESS_HOST_CHARACTER', 7, 'http://localhost:80'],
  ['http://127。0。0。1:80', 'ADDRESS_HOST_CHARACTER', 10, 'http://localhost:80'],
  ['http://a[b', 'ADDRESS_HOST_CHARACTER', 8, 'http://localhost'],
  ['http://.localhost', 'ADDRESS_HOST_LABEL', 7, 'http://localhost'],
  ['http://example.com.', 'ADDRESS_HOST_LABEL', 19, 'http://example.com'],
  ['http://a..b', 'ADDRESS_HOST_LABEL', 9, 'http://localhost'],
  ['http://a-.b', 'ADDRESS_HOST_LABEL', 8, 'http://localhost'],
  [`http://${'a'.repeat(64)}`, 'ADDRESS_HOST_TOO_LONG', 70, 'http://localhost'],
  [`http://b.${'a'.repeat(64)}:80`, 'ADDRESS_HOST_TOO_LONG', 72, 'http://localhost:80'],
  [`http://${'a.'.repeat(126)}aa`, 'ADDRESS_HOST_TOO_LONG', 260, 'http://localhost'],
  [`http://${'a.'.repeat(127)}a`, 'ADDRESS_HOST_TOO_LONG', 260, 'http://localhost'],
  ['http://unix', 'ADDRESS_HOST_RESERVED', 7],
  ['http://unix:5000/x', 'ADDRESS_HOST_RESERVED', 7, 'http://localhost:5000'],
  ['http://pipe:8080', 'ADDRESS_HOST_RESERVED', 7, 'http://localhost:8080'],
  ['http://PIPE/name', 'ADDRESS_HOST_RESERVED', 7, 'http://pipe:/name'],
  // IPv4
  ['http://5000', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost:5000'],
  ['http://2130706433:80', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost:80'],
  ['http://127.1:80', 'ADDRESS_IPV4_INVALID', 7, 'http://127.0.0.1:80'],
  ['http://0x7f000001:80', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost:80'],
  ['http://127.0.0.0x', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost'],
  ['http://1.2.3.4.5', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost'],
  ['http://127.0.0.l', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost'],
  ['http://127.0.O.1', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost'],
  ['http://host.1', 'ADDRESS_IPV4_INVALID', 7, 'http://localhost'],
  // IPv6
  ['http://::', 'ADDRESS_IPV6_BRACKETS', 7, 'http://[::]'],
  ['http://::1:5000', 'ADDRESS_IPV6_BRACKETS', 7, 'http://[::1]:5000'],
  ['http://2001:db8::1', 'ADDRESS_IPV6_BRACKETS', 7, 'http://[2001:db8::1]'],
  ['http://fe80::1%eth0', 'ADDRESS_IPV6_BRACKETS', 7, 'http://[fe80::1%eth0]'],
  ['http://[::1:5000', 'ADDRESS_IPV6_BRACKETS', 7, 'http://[::1]:5000'],
  ['http://[x', 'ADDRESS_IPV6_BRACKETS', 7],
  ['http://[1:2:3:4:5:6:7]', 'ADDRESS_IPV6_INVALID', 21, 'http://[::1]'],
  ['http://[::12345]:80', 'ADDRESS_IPV6_INVALID', 14, 'http://[::1]:80'],
  ['http://[::g]:80', 'ADDRESS_IPV6_INVALID', 10, 'http://[::1]:80'],
  ['http://[::1.2.3.256]:80', 'ADDRESS_IPV6_INVALID', 10, 'http://[::1]:80'],
  ['http://[127.0.0.1]:80', 'ADDRESS_IPV6_INVALID', 8, 'http://127.0.0.1:80'],
  ['http://[*]:80', 'ADDRESS_IPV6_INVALID', 8, 'http://[::1]:80'],
  ['http://[fe80::1%]', 'ADDRESS_ZONE_INVALID', 15, 'http://[::1]'],
  ['http://[fe80::1%a b]', 'ADDRESS_ZONE_INVALID', 15, 'http://[::1]'],
  ['http://[fe80::1%25eth0]', 'ADDRESS_ZONE_INVALID', 15, 'http://[fe80::1%eth0]'],
  // port
  ['http://localhost:', 'ADDRESS_PORT_MISSING', 16, 'http://localhost:5000'],
  ['http://[::1]:/', 'ADDRESS_PORT_MISSING', 12, 'http://[::1]:5000'],
  ['http://[::1]18081', 'ADDRESS_PORT_INVALID', 12, 'http://[::1]:18081'],
  ['http://[::1]x', 'ADDRESS_PORT_INVALID', 12, 'http://[::1]:5000'],
  ['http://localhost:+80', 'ADDRESS_PORT_INVALID', 17, 'http://localhost:5000'],
  ['http://localhost:80.0', 'ADDRESS_PORT_INVALID', 19, 'http://localhost:80'],
  ['http://localhost:٨٠', 'ADDRESS_PORT_INVALID', 17, 'http://localhost:5000'],
  ['http://localhost:80;http://*:81', 'ADDRESS_PORT_INVALID', 19, 'http://localhost:80'],
  ['https://localhost:65536', 'ADDRESS_PORT_RANGE', 18, 'https://localhost:5001'],
  // sockets and pipes
  ['http://unix:', 'ADDRESS_PATH_MISSING', 12],
  ['http://unix:///', 'ADDRESS_PATH_MISSING', 15],
  ['http://unix:@', 'ADDRESS_PATH_MISSING', 13],
  ['http://unix::/x', 'ADDRESS_PATH_RELATIVE', 12],
  ['http://pipe:/', 'ADDRESS_PATH_MISSING', 13],
  ['http://unix:app.sock', 'ADDRESS_PATH_RELATIVE', 12, 'http://unix:/app.sock'],
  ['http://unix:./app.sock', 'ADDRESS_PATH_RELATIVE', 12],
  ['http://pipe:@name', 'ADDRESS_PATH_RELATIVE', 12, 'http://pipe:/@name'],
  ['http://unix:/run/app.sock/', 'ADDRESS_PATH_TRAILING_SLASH', 25, 'http://unix:/run/app.sock'],
  ['http://unix:@app//', 'ADDRESS_PATH_TRAILING_SLASH', 17, 'http://unix:@app'],
  [`http://unix:/${'x'.repeat(107)}`, 'ADDRESS_PATH_TOO_LONG', 119],
  [`http://unix:/${'ö'.repeat(54)}`, 'ADDRESS_PATH_TOO_LONG', 66],
  [`http://unix:/${'€'.repeat(36)}`, 'ADDRESS_PATH_TOO_LONG', 48],
  [`http://unix:/${'😀'.repeat(27)}`, 'ADDRESS_PATH_TOO_LONG', 65],
  [`http://unix:@${'x'.repeat(108)}`, 'ADDRESS_PATH_TOO_LONG', 120],
  [`http://pipe:/${'x'.repeat(248)}`, 'ADDRESS_PATH_TOO_LONG', 260],
  ['http://unix:/run/app.sock:5000/x', 'ADDRESS_PATH_COLON', 25, 'http://unix:/run/app.sock'],
  ['http://pipe:/name:80', 'ADDRESS_PATH_COLON', 17, 'http://pipe:/name'],
];

/** Positions are those in the formatted address. */
const binding: Refused[] = [
  ['ftp://localhost', 'ADDRESS_SCHEME_UNSUPPORTED', 0, 'http://localhost:5000'],
  ['ssh://localhost:22', 'ADDRESS_SCHEME_UNSUPPORTED', 0, 'http://localhost:22'],
  ['wss://localhost:443', 'ADDRESS_SCHEME_UNSUPPORTED', 0, 'https://localhost:443'],
  ['tcp://unix:/run/app.sock', 'ADDRESS_SCHEME_UNSUPPORTED', 0, 'http://unix:/run/app.sock'],
  ['http://localhost:5000/base', 'ADDRESS_PATH_BASE', 21, 'http://localhost:5000'],
  ['http://localhost/base', 'ADDRESS_PATH_BASE', 19, 'http://localhost:80'],
  ['http://unix:/run/app.sock:/base', 'ADDRESS_PATH_BASE', 26, 'http://unix:/run/app.sock'],
  ['https://[::ffff:10.0.0.1]:80', 'ADDRESS_IPV4_MAPPED', 9, 'https://10.0.0.1:80'],
  ['http://[::%eth0]:80', 'ADDRESS_ZONE_UNUSED', 8],
  ['http://[2001:DB8::1%eth0]:80', 'ADDRESS_ZONE_UNUSED', 8, 'http://[2001:db8::1]:80'],
  ['http://[ff02::1]:80', 'ADDRESS_NOT_UNICAST', 8],
  ['http://224.0.0.1:80', 'ADDRESS_NOT_UNICAST', 7],
];

const refusal = (work: () => unknown): AddressError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AddressError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('parseBindingAddress refuses', () => {
  it.each(parsing)('%j: %s at %i, suggests %s', (text, code, position, suggestion) => {
    const error = refusal(() => parseBindingAddress(text));
    expect(error).toMatchObject({ code, position, text });
    expect(error.suggestion).toBe(suggestion);
  });
});

describe('bindingTarget refuses', () => {
  it.each(binding)('%s: %s at %i, suggests %s', (text, code, position, suggestion) => {
    const address = parseBindingAddress(text);
    const error = refusal(() => bindingTarget(address));
    expect(error).toMatchObject({ code, position });
    expect(error.suggestion).toBe(suggestion);
  });
});

describe('AddressError', () => {
  it('every code has a case in this file', () => {
    const codes = new Set([...parsing, ...binding].map(([, code]) => code));
    expect([...codes].sort()).toEqual(Object.keys(addressErrors).sort());
  });

  it('the message has the position, the problem and the suggestion', () => {
    const error = refusal(() => parseBindingAddress('http://127.0.0.1:NOTAPORT'));
    expect(error.name).toBe('AddressError');
    expect(error.message).toBe(
      'Cannot use the address "http://127.0.0.1:NOTAPORT", position 17: ' +
        'a port must consist of digits, after one colon. Try http://127.0.0.1:5000',
    );
  });

  it('the message escapes control and direction characters, and shortens long addresses', () => {
    const { message } = refusal(() => parseBindingAddress(`http://a\n\u0085\u202e"${'x'.repeat(1000)}`));
    expect(message).toContain(String.raw`"http://a\n\u0085\u202e\"xxx`);
    expect(message.length).toBeLessThan(300);
  });
});
