import { describe, expect, it } from 'vitest';
import {
  ForwardedHeadersError,
  type ForwardedHeadersErrorCode,
  type ForwardedHeadersOptions,
  type ResolvedForwardedHeadersOptions,
  forwardedHeaders,
  forwardedHeadersErrors,
} from '../src/index.ts';

/** As JavaScript may give them. */
type Given = Partial<Record<keyof ResolvedForwardedHeadersOptions, unknown>>;

/** The code that the options are refused with. */
const codeOf = (given: ForwardedHeadersOptions): string | undefined => {
  try {
    forwardedHeaders(given);
    return undefined;
  } catch (error) {
    if (!(error instanceof ForwardedHeadersError)) throw error;
    return error.message.startsWith(forwardedHeadersErrors[error.code]) ? error.code : error.message;
  }
};

describe('invalid options', () => {
  it.each<[code: ForwardedHeadersErrorCode, given: Given[]]>([
    ['FORWARDED_HEADERS_NO_PROXIES', [{ trustedProxies: [] }]],
    [
      'FORWARDED_HEADERS_PROXY_INVALID',
      [
        ['', '*', 'all', 'localhost', 'a.test', 'Loopback', 'memory:m', 'loopback/8', 'x-forwarded'],
        ['10.0.0', '010.0.0.1', '10.0.0.1:80', '[::1]', 'fe80::1%1'],
        ['10.0.0.1/8', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0.0 /8', '/8'],
        ['2001:db8::1/32', '2001:db8::/129', '::ffff:10.0.0.0/104', 'fe80::%1/10', '1:2:3:4:5:6:7:9/127', '::1/0'],
      ]
        .flat()
        .map((proxy) => ({ trustedProxies: ['loopback', proxy] })),
    ],
    ['FORWARDED_HEADERS_FORMAT_INVALID', [{ format: 'Forwarded' }, { format: null }]],
    [
      'FORWARDED_HEADERS_HEADERS_INVALID',
      [[], ['For'], ['port'], ['for', 'for'], ['for', 'toString']].map((headers) => ({ headers })),
    ],
    ['FORWARDED_HEADERS_PREFIX_UNSUPPORTED', [{ format: 'forwarded', headers: ['for', 'prefix'] }]],
    [
      'FORWARDED_HEADERS_LIMIT_INVALID',
      [0, -1, 1.5, 101, Infinity, Number.NaN, null, '2'].map((forwardLimit) => ({ forwardLimit })),
    ],
    ['FORWARDED_HEADERS_LIMIT_WITHOUT_FOR', [{ forwardLimit: 2, headers: ['proto'] }]],
    ['FORWARDED_HEADERS_NO_HOSTS', [{ headers: ['for', 'host'] }, { headers: ['host'], allowedHosts: [] }]],
    [
      'FORWARDED_HEADERS_HOST_INVALID',
      [
        ['', '*.', '*example.com', '*.*', 'www.*.com', 'a..b', '.example.com', 'a b', 'bücher.example'],
        ['example.com:80', '[::1]:80', '*.example.com:80', 'http://a.test', 'a.test/'],
        ['::1', '[::1', '*.[::1]', '[]', '[1.2.3.4]', '[a.test]'],
      ]
        .flat()
        .map((host) => ({ headers: ['host'], allowedHosts: ['a.test', host] })),
    ],
  ])('%s', (code, all) => {
    const codes = all.map((given) => codeOf(given as ForwardedHeadersOptions));
    expect(codes).toEqual(all.map(() => code));
  });

  it('the message shows the invalid value, escaped', () => {
    expect(() => forwardedHeaders({ trustedProxies: ['10.0.0.1/8\n'] })).toThrow('; received "10.0.0.1/8\\n"');
  });
});

it('without options the defaults apply', () => {
  expect(() => forwardedHeaders()).not.toThrow();
});
