import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpContext, HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import {
  type CookieAttributes,
  CookiesError,
  type CookiesErrorCode,
  type CookiesOptions,
  type RequestCookies,
  cookies,
  cookiesErrors,
  cookiesOf,
} from '../src/index.ts';

const key = 'k'.repeat(32);
const otherKey = 'o'.repeat(32);

/** The Set-Cookie lines of the response of a handler that uses the cookies of a request. */
const linesOf = async (
  use: (jar: RequestCookies, context: HttpContext) => void,
  { cookie = '', ...options }: CookiesOptions & { cookie?: string } = {},
): Promise<string[]> => {
  let failure: unknown;
  const http = MemoryHttp.of([cookies(options)], (context) => {
    try {
      use(cookiesOf(context), context);
    } catch (error) {
      failure = error;
    }
    context.response.end();
  });
  const sent = await http.exchange(`GET / HTTP/1.1\r\nHost: a\r\n${cookie === '' ? '' : `Cookie: ${cookie}\r\n`}\r\n`);
  if (failure !== undefined) throw failure;
  return [...sent.matchAll(/^set-cookie: (.*)\r$/gm)].map(([, line]) => line!);
};

/** A value that the handler reads from a request with this Cookie field. */
const valueOf = async <T>(
  cookie: string,
  read: (jar: RequestCookies) => T,
  options: CookiesOptions = {},
): Promise<T> => {
  let value: T;
  await linesOf((jar) => void (value = read(jar)), { ...options, cookie });
  return value!;
};

everyHost((host) => {
  it('reads cookies, and sets them beside those of the application', async () => {
    const { client } = await host.serve(
      [
        cookies({ keys: [key] }),
        (context, next) => {
          cookiesOf(context).set('outer', '1');
          return next(context);
        },
      ],
      (context) => {
        const jar = cookiesOf(context);
        jar.setSigned('user', 'Ada');
        jar.setEncrypted('secret', 'hidden');
        return {
          headers: { 'set-cookie': ['own=1', 'own2=2'] },
          body: `${jar.get('plain')} ${jar.getSigned('user')} ${jar.getEncrypted('secret')}`,
        };
      },
    );
    const first = await client.get('/', { cookie: 'plain=a%20b; other=c' });
    expect(first.text).toBe('a b undefined undefined');
    expect(first.setCookies.map((line) => line.split('=')[0])).toEqual(['own', 'own2', 'outer', 'user', 'secret']);
    const cookie = first.setCookies.map((line) => line.split(';')[0]).join('; ');
    expect((await client.get('/', { cookie })).text).toBe('undefined Ada hidden');
  });
});

describe('attributes', () => {
  it.each<[attributes: CookieAttributes, line: string]>([
    [{}, 'n=v; Path=/; HttpOnly; SameSite=Lax'],
    [{ httpOnly: false, sameSite: 'strict' }, 'n=v; Path=/; SameSite=Strict'],
    [{ secure: true, path: '/a', domain: 'a.test' }, 'n=v; Domain=a.test; Path=/a; HttpOnly; Secure; SameSite=Lax'],
    [{ sameSite: 'none' }, 'n=v; Path=/; HttpOnly; Secure; SameSite=None'],
    [
      { partitioned: true, priority: 'high' },
      'n=v; Path=/; HttpOnly; Secure; Partitioned; Priority=High; SameSite=Lax',
    ],
    [{ maxAge: 60 }, 'n=v; Max-Age=60; Path=/; HttpOnly; SameSite=Lax'],
    [{ expires: new Date(0) }, 'n=v; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax'],
  ])('%j: %s', async (attributes, line) => {
    expect(await linesOf((jar) => jar.set('n', 'v', attributes))).toEqual([line]);
  });

  it('are secure on https by default, and those of the middleware are the defaults of each cookie', async () => {
    const lines = await linesOf(
      (jar, { request }) => {
        request.scheme = 'https';
        jar.set('a', '1');
        jar.set('b', '2', { path: '/b', secure: false });
      },
      { attributes: { path: '/app', sameSite: 'strict' } },
    );
    expect(lines).toEqual([
      'a=1; Path=/app; HttpOnly; Secure; SameSite=Strict',
      'b=2; Path=/b; HttpOnly; SameSite=Strict',
    ]);
  });

  it.each([
    ['of the cookie', {}, { secure: undefined, httpOnly: undefined, sameSite: undefined, path: undefined }],
    ['of the middleware', { secure: undefined, httpOnly: undefined, sameSite: undefined, path: undefined }, {}],
  ])('attributes %s that are undefined have their defaults', async (_title, attributes, own) => {
    const lines = await linesOf((jar) => jar.set('__Http-a', '1', own as CookieAttributes), {
      attributes: attributes as CookieAttributes,
    });
    expect(lines).toEqual(['__Http-a=1; Path=/; HttpOnly; Secure; SameSite=Lax']);
  });

  it('a cookie that is set twice has the last value; another path makes another cookie', async () => {
    const lines = await linesOf((jar) => {
      jar.set('a', '1');
      jar.set('a', '2');
      jar.set('a', '3', { path: '/x' });
      jar.delete('b');
    });
    expect(lines.map((line) => line.split('; HttpOnly')[0])).toEqual([
      'a=2; Path=/',
      'a=3; Path=/x',
      'b=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
  });

  it('a partitioned cookie and one that is not are two cookies', async () => {
    const lines = await linesOf((jar) => {
      jar.delete('a');
      jar.set('a', '1', { partitioned: true });
    });
    expect(lines.map((line) => [line.split(';')[0], line.includes('Partitioned')])).toEqual([
      ['a=', false],
      ['a=1', true],
    ]);
  });

  it('an error drops the cookies of the response that it replaces', async () => {
    const http = MemoryHttp.of([cookies()], (context) => {
      cookiesOf(context).set('a', '1');
      throw new Error('failed');
    });
    expect(await http.get('/')).toMatchObject({
      status: 500,
      fields: expect.not.objectContaining({ 'set-cookie': '' }) as object,
    });
    expect((await http.get('/')).fields).not.toHaveProperty('set-cookie');
  });

  it('the handler of the error can set cookies, also after the handler that failed', async () => {
    const app = new ApplicationBuilder(new Features())
      .use(cookies())
      .use((context) => {
        cookiesOf(context).set('a', '1');
        throw new Error('failed');
      })
      .onError((_error, context) => {
        cookiesOf(context).set('flash', 'failed');
        return 'sorry';
      });
    const { content, fields } = await new MemoryHttp(app.toApplication()).get('/');
    expect(content).toBe('sorry');
    expect(fields['set-cookie']).toMatch(/^flash=failed; /);
  });

  it('a response that is cleared loses its cookies', async () => {
    const lines = await linesOf((jar, { response }) => {
      jar.set('a', '1');
      jar.set('b', '1');
      response.clear();
      jar.set('a', '2');
    });
    expect(lines.map((line) => line.split(';')[0])).toEqual(['a=2']);
  });

  it('is refused after the response has started, also if others were set before: HTTP_RESPONSE_STARTED', async () => {
    const http = MemoryHttp.of([cookies()], async (context) => {
      cookiesOf(context).set('a', '1');
      context.features.require(HttpResponseBodyFeature).start();
      cookiesOf(context).set('b', '2');
    });
    await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'HTTP_RESPONSE_STARTED' })]);
  });
});

describe('a cookie that browsers would drop', () => {
  it.each<[name: string, value: string, attributes: CookieAttributes, code: CookiesErrorCode]>([
    ['a b', 'v', {}, 'COOKIES_NAME_INVALID'],
    ['a=b', 'v', {}, 'COOKIES_NAME_INVALID'],
    ['', 'v', {}, 'COOKIES_NAME_INVALID'],
    ['n', 'a\ud800', {}, 'COOKIES_VALUE_INVALID'],
    ['n', undefined as never, {}, 'COOKIES_VALUE_INVALID'],
    ['n', 5 as never, {}, 'COOKIES_VALUE_INVALID'],
    ['n', 'v', { signed: true } as never, 'COOKIES_ATTRIBUTE_INVALID'],
    ['n', 'v', { samesite: 'strict' } as never, 'COOKIES_ATTRIBUTE_INVALID'],
    ['n', 'v', { path: '/;x' }, 'COOKIES_ATTRIBUTE_INVALID'],
    ['n', 'v', { secure: 'always' as never }, 'COOKIES_ATTRIBUTE_INVALID'],
    ['n', 'v', { httpOnly: 0 as never }, 'COOKIES_ATTRIBUTE_INVALID'],
    ['__Http-n', 'v', { httpOnly: false }, 'COOKIES_PREFIX'],
    ['__Http-n', 'v', { secure: false }, 'COOKIES_PREFIX'],
    ['__Host-Http-n', 'v', { httpOnly: false }, 'COOKIES_PREFIX'],
    ['n', 'v', { domain: 'a\r\nb' }, 'COOKIES_ATTRIBUTE_INVALID'],
    ['n', 'v', { maxAge: 1.5 }, 'COOKIES_ATTRIBUTE_INVALID'],
    ['n', 'v', { expires: new Date(Number.NaN) }, 'COOKIES_ATTRIBUTE_INVALID'],
    ['__Host-n', 'v', { path: '/a' }, 'COOKIES_PREFIX'],
    ['__Host-n', 'v', { domain: 'a.test' }, 'COOKIES_PREFIX'],
    ['__host-n', 'v', { secure: false }, 'COOKIES_PREFIX'],
    ['__Secure-n', 'v', { secure: false }, 'COOKIES_PREFIX'],
    ['n', 'v', { sameSite: 'none', secure: false }, 'COOKIES_INSECURE'],
    ['n', 'v', { partitioned: true, secure: false }, 'COOKIES_INSECURE'],
    ['n', 'v'.repeat(4096), {}, 'COOKIES_TOO_LARGE'],
    ['n', 'ü'.repeat(700), {}, 'COOKIES_TOO_LARGE'],
  ])('%s with %.20s and %j: %s', async (name, value, attributes, code) => {
    await expect(linesOf((jar) => jar.set(name, value, attributes))).rejects.toThrow(CookiesError);
    await expect(linesOf((jar) => jar.set(name, value, attributes))).rejects.toMatchObject({ code });
  });

  it.each<[attributes: object, detail: string]>([
    [{ path: '/;x' }, 'path of n must be text of visible ASCII characters without ";"; received the string "/;x"'],
    [
      { domain: 'a\r\nb' },
      String.raw`domain of n must be a host name such as "example.com"; received the string "a\r\nb"`,
    ],
    [
      { domain: 'https://a.example' },
      'domain of n must be a host name such as "example.com"; received the string "https://a.example"',
    ],
    [{ maxAge: 1.5 }, 'maxAge of n must be an integer of seconds; received the number 1.5'],
    [{ maxAge: '60' }, 'maxAge of n must be an integer of seconds; received the string "60"'],
    [
      { expires: new Date(Number.NaN) },
      'expires of n must be a valid Date from the year 1601 to 9999; received an invalid Date',
    ],
    [
      { expires: 1e12 },
      'expires of n must be a valid Date from the year 1601 to 9999; received the number 1000000000000',
    ],
    [{ sameSite: 'loose' }, 'sameSite of n must be "strict", "lax" or "none"; received the string "loose"'],
    [{ priority: 'urgent' }, 'priority of n must be "low", "medium" or "high"; received the string "urgent"'],
    [{ secure: 'always' }, 'secure of n must be true, false or "auto"; received the string "always"'],
    [{ httpOnly: 0 }, 'httpOnly of n must be true or false; received the number 0'],
    [{ partitioned: null }, 'partitioned of n must be true or false; received null'],
    [
      { path: '/ok', maxAge: 60, sameSite: 'loose' },
      'sameSite of n must be "strict", "lax" or "none"; received the string "loose"',
    ],
  ])('names the attribute that is invalid: %j', async (attributes, detail) => {
    const set = linesOf((jar) => jar.set('n', 'v', attributes));
    await expect(set).rejects.toThrow(`${cookiesErrors.COOKIES_ATTRIBUTE_INVALID}: ${detail}`);
  });

  it('is not: 4096 bytes of name and value, and __Host- with the defaults', async () => {
    const [large, host] = await linesOf((jar) => {
      jar.set('n', 'v'.repeat(4095));
      jar.set('__Host-n', 'v');
    });
    expect(large).toHaveLength(1 + 1 + 4095 + '; Path=/; HttpOnly; SameSite=Lax'.length);
    expect(host).toBe('__Host-n=v; Path=/; HttpOnly; Secure; SameSite=Lax');
  });
});

describe('cookies of a request', () => {
  it.each<[field: string, value: string | undefined]>([
    ['n=v', 'v'],
    ['n=1; n=2', '1'],
    ['x; n=v', 'v'],
    ['n="quoted"', '"quoted"'],
    ['n=%C3%BC', 'ü'],
    ['n=%E0%A4%A', '%E0%A4%A'],
    ['N=v', undefined],
    ['__proto__=v', undefined],
    [';;;=;', undefined],
  ])('%s: %s', async (field, value) => {
    expect(await valueOf(field, (jar) => jar.get('n'))).toBe(value);
  });

  it('a name of the prototype is not there', async () => {
    expect(await valueOf('a=b', (jar) => jar.get('toString'))).toBeUndefined();
  });

  it('after maxCookies are ignored', async () => {
    const field = Array.from({ length: 10 }, (_, index) => `c${index}=${index}`).join('; ');
    expect(await valueOf(field, ({ names }) => names, { maxCookies: 3 })).toEqual(['c0', 'c1', 'c2']);
    expect(await valueOf(field, ({ names }) => names.length, { maxCookies: 10 })).toBe(10);
  });
});

describe.each<[kind: string, set: 'setSigned' | 'setEncrypted', get: 'getSigned' | 'getEncrypted']>([
  ['signed', 'setSigned', 'getSigned'],
  ['encrypted', 'setEncrypted', 'getEncrypted'],
])('a %s cookie', (_kind, set, get) => {
  /** `name=value` as the client sends it back. */
  const made = async (name: string, value: string, keys: string[]): Promise<string> =>
    (await linesOf((jar) => jar[set](name, value), { keys }))[0]!.split(';')[0]!;

  it.each(['v', '', 'a.b.c', 'ü;, "\\ %41', '\r\n\0'])('%j comes back', async (value) => {
    expect(await valueOf(await made('n', value, [key]), (jar) => jar[get]('n'), { keys: [key] })).toBe(value);
  });

  it('half a surrogate pair: COOKIES_VALUE_INVALID, because it would come back as another character', async () => {
    await expect(made('n', 'a\ud800', [key])).rejects.toMatchObject({ code: 'COOKIES_VALUE_INVALID' });
  });

  it.each<[keys: string[], isAccepted: boolean]>([
    [[key], true],
    [[otherKey, key], true],
    [[otherKey], false],
  ])('under keys %j is accepted: %s', async (keys, isAccepted) => {
    const cookie = await made('n', 'v', [key, otherKey]);
    expect(await valueOf(cookie, (jar) => jar[get]('n'), { keys })).toBe(isAccepted ? 'v' : undefined);
  });

  it('under another name is not accepted', async () => {
    const cookie = (await made('n', 'v', [key])).replace('n=', 'm=');
    expect(await valueOf(cookie, (jar) => jar[get]('m'), { keys: [key] })).toBeUndefined();
  });

  it('with any character changed or removed is not accepted', async () => {
    const cookie = await made('n', 'value', [key]);
    for (let at = 2; at < cookie.length; at++) {
      const changed = `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'Q' : 'A'}${cookie.slice(at + 1)}`;
      const removed = `${cookie.slice(0, at)}${cookie.slice(at + 1)}`;
      expect(await valueOf(changed, (jar) => jar[get]('n'), { keys: [key] })).toBeUndefined();
      expect(await valueOf(removed, (jar) => jar[get]('n'), { keys: [key] })).toBeUndefined();
    }
  });

  it.each(['=', '!', '.', '%0A', '%20', 'A'])('with %s after it is not accepted', async (appended) => {
    const cookie = `${await made('n', 'value', [key])}${appended}`;
    expect(await valueOf(cookie, (jar) => jar[get]('n'), { keys: [key] })).toBeUndefined();
  });

  it.each(['n=', 'n=.', 'n=v', 'n=AAAA.AAAA', 'm=v'])('%s is not accepted', async (cookie) => {
    expect(await valueOf(cookie, (jar) => jar[get]('n'), { keys: [key] })).toBeUndefined();
  });

  it('needs keys', async () => {
    await expect(linesOf((jar) => jar[set]('n', 'v'))).rejects.toMatchObject({ code: 'COOKIES_NO_KEYS' });
    await expect(valueOf('n=v', (jar) => jar[get]('n'))).rejects.toMatchObject({ code: 'COOKIES_NO_KEYS' });
  });
});

it('encrypting the same value twice gives two texts, which do not contain it', async () => {
  const lines = await Promise.all([1, 2].map(() => linesOf((jar) => jar.setEncrypted('n', 'value'), { keys: [key] })));
  expect(lines[0]).not.toEqual(lines[1]);
  expect(String(lines)).not.toContain('value');
});

it('a signed cookie is not taken for an encrypted one', async () => {
  const [line] = await linesOf((jar) => jar.setSigned('n', 'v'), { keys: [key] });
  expect(await valueOf(line!.split(';')[0]!, (jar) => jar.getEncrypted('n'), { keys: [key] })).toBeUndefined();
});

describe('invalid options', () => {
  it.each<[options: CookiesOptions, code: CookiesErrorCode]>([
    [{ keys: ['short'] }, 'COOKIES_KEY_INVALID'],
    [{ keys: [undefined as never] }, 'COOKIES_KEY_INVALID'],
    [{ keys: [new Uint8Array(31)] }, 'COOKIES_KEY_INVALID'],
    [{ keys: Array.from({ length: 17 }, () => key) }, 'COOKIES_KEY_INVALID'],
    [{ maxCookies: 0 }, 'COOKIES_LIMIT_INVALID'],
    [{ maxCookies: Infinity }, 'COOKIES_LIMIT_INVALID'],
  ])('%j: %s', (options, code) => {
    expect(() => cookies(options)).toThrow(expect.objectContaining({ name: 'CookiesError', code }));
  });
});
