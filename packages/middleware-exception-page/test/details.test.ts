import { createHash } from 'node:crypto';
import { HttpProblem, type RequestDelegate } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type ExceptionPageOptions, exceptionPage } from '../src/index.ts';

const details = (handler: RequestDelegate, options: ExceptionPageOptions = {}): MemoryHttp =>
  MemoryHttp.of([exceptionPage({ details: true, onError: () => undefined, ...options })], handler);

const throwing =
  (value: unknown): RequestDelegate =>
  () => {
    throw value;
  };

const pageOf = (error: unknown, fields = ''): Promise<Answer> =>
  details(throwing(error)).get('/orders/17?from=%3Cb%3E', `Accept: text/html\r\n${fields}`);

const textOf = async (error: unknown): Promise<string> => (await details(throwing(error)).get('/')).content;

describe('the form that the client prefers', () => {
  const html = 'text/html; charset=utf-8';
  const json = 'application/problem+json';
  const text = 'text/plain; charset=utf-8';

  it.each<[accept: string, contentType: string]>([
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', html],
    ['TEXT/HTML', html],
    ['application/json', json],
    ['application/problem+json', json],
    ['application/json, text/plain, */*', json],
    ['text/plain', text],
    ['*/*', text],
    ['', text],
    ['image/png', text],
    ['text/html;q=0', text],
    ['text/html;q=0.1, application/json;q=0.2', json],
    ['text/html;q=0.5;x=1, text/plain;q=0.4', html],
    ['text/html;q=2, application/json;q=0.1', json],
    [',;,', text],
  ])('Accept: %s', async (accept, contentType) => {
    const answer = await details(throwing(new Error('x'))).get('/', `Accept: ${accept}\r\n`);
    expect(answer.status).toBe(500);
    expect(answer.fields).toMatchObject({
      'content-type': contentType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('the page', () => {
  it('allows only its own style, by its hash', async () => {
    const { fields, content } = await pageOf(new Error('x'));
    const [, style] = /<style>(.*)<\/style>/s.exec(content)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(fields['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}';`);
    expect(content).not.toMatch(/<script|<link|<img|\bsrc=|\bhref=|\bstyle=|url\(|@import|\son\w+=/i);
  });

  it('escapes all text of the error and the request', async () => {
    const evil = `<script>alert("1")</script>'&`;
    const error = Object.assign(new Error(evil, { cause: new Error(evil) }), { name: evil, [evil]: evil });
    const answer = await details(throwing(error)).answer(
      `GET /${evil.replaceAll('"', '%22').replaceAll('<', '%3C').replaceAll('>', '%3E')}?x=${encodeURIComponent(evil)} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nX-Evil: ${evil}\r\n\r\n`,
    );
    expect(answer.status).toBe(500);
    expect(answer.content).not.toMatch(/<script/i);
    expect(
      answer.content.match(/&#60;script&#62;alert\(&#34;1&#34;\)&#60;\/script&#62;&#39;&#38;/g)!.length,
    ).toBeGreaterThan(6);
  });

  it('shows the source around the line that failed', async () => {
    const { content } = await pageOf(new Error('marks this line'));
    expect(content).toMatch(
      /<mark>&#62; +\d+ {2} +const \{ content \} = await pageOf\(new Error\(&#39;marks this line/,
    );
  });

  it('shows causes, and the errors of an AggregateError', async () => {
    const cause = new RangeError('the cause', { cause: new SyntaxError('its cause') });
    const { content } = await pageOf(new AggregateError([new TypeError('one of them')], 'of all', { cause }));
    for (const shown of [
      'AggregateError',
      'of all',
      'Caused by RangeError',
      'the cause',
      'Caused by SyntaxError',
      'its cause',
      'Caused by TypeError',
      'one of them',
    ]) {
      expect(content).toContain(shown);
    }
  });

  it('shows the request, and hides secret fields', async () => {
    const secret = 'sesame'.repeat(2);
    const names = ['Cookie', 'Authorization', 'proxy-authorization', 'X-API-Key'];
    const fields = `${names.map((name) => `${name}: ${secret}\r\n`).join('')}X-Other: shown\r\n`;
    const { content } = await pageOf(new Error('x'), fields);
    expect(content).toContain('GET /orders/17?from=%3Cb%3E HTTP/1.1');
    expect(content).toMatch(/<th scope="row">X-Other<\/th>\s*<td>shown<\/td>/);
    expect(content).toMatch(/<th scope="row">Cookie<\/th>\s*<td>\(hidden\)<\/td>/);
    expect(content).toMatch(/<th scope="row">from<\/th>\s*<td>&#60;b&#62;<\/td>/);
    expect(content).not.toContain(secret);
  });

  it('maskedFields names the secret fields, in any case', async () => {
    const http = details(throwing(new Error('x')), { maskedFields: ['X-Own'] });
    const { content } = await http.get('/', 'X-Own: SECRET\r\nCookie: shown\r\n');
    expect(content).not.toContain('SECRET');
    expect(content).toContain('Cookie: shown');
  });
});

describe('the text', () => {
  it('has error, request and trace id', async () => {
    const text = await textOf(Object.assign(new TypeError('told'), { code: 'TOLD' }));
    expect(text).toMatch(/^500 Internal Server Error\n\nTypeError: told\n {2}code: 'TOLD'\n {4}at /);
    expect(text).toMatch(/\n\nGET \/ HTTP\/1\.1\nHost: a\n\nTrace id: .*:00000001\n$/);
  });

  it('shows characters that move the cursor or reorder text as numbers', async () => {
    expect(await textOf(new Error('a\u001b[2Jb\u202ec\u009bd'))).toContain('a\\u{1b}[2Jb\\u{202e}c\\u{9b}d');
  });
});

it('problem details have the error as a member', async () => {
  const error = Object.assign(new TypeError('told', { cause: new Error('why') }), { code: 'TOLD' });
  const { content } = await details(throwing(error)).get('/', 'Accept: application/json\r\n');
  expect(JSON.parse(content)).toMatchObject({
    type: 'about:blank',
    status: 500,
    detail: 'TypeError: told',
    exception: {
      name: 'TypeError',
      message: 'told',
      properties: { code: "'TOLD'" },
      stack: expect.arrayContaining([expect.stringMatching(/^at /)]) as string[],
      causes: [{ name: 'Error', message: 'why' }],
    },
  });
});

describe('problem details with the error keep the members of those without it', () => {
  const members = { title: 'Not valid', extensions: { errors: { text: ['too short'] } } };

  it.each<[title: string, error: Error, options: ExceptionPageOptions]>([
    ['an HttpProblem with extensions', new HttpProblem(400, members), {}],
    ['an HttpProblem with a detail', new HttpProblem(400, { ...members, detail: 'told' }), {}],
    ['an error with expose', Object.assign(new Error('told'), { status: 409, expose: true }), {}],
    ['customize', new Error('told'), { customize: (problem) => ({ ...problem, status: 503, type: '/down' }) }],
  ])('%s', async (_title, error, options) => {
    const accept = 'Accept: application/json\r\n';
    const quiet = { onError: () => undefined, ...options };
    const without = await MemoryHttp.of([exceptionPage(quiet)], throwing(error)).get('/', accept);
    const answer = await details(throwing(error), options).get('/', accept);
    const { traceId: _traceId, ...expected } = JSON.parse(without.content) as Record<string, unknown>;
    expect(answer.status).toBe(without.status);
    expect(JSON.parse(answer.content)).toMatchObject({ ...expected, exception: { message: error.message } });
  });
});

describe('every thrown value is shown', () => {
  const cyclic = new Error('cyclic');
  cyclic.cause = cyclic;
  const chained = Array.from({ length: 1000 }).reduce(
    (cause: Error, _each, depth) => new Error(`number ${depth}`, { cause }),
    new Error('first'),
  );
  const hostile = new Error('hostile');
  for (const name of ['name', 'message', 'stack', 'cause', 'errors']) {
    Object.defineProperty(hostile, name, {
      get: () => {
        throw new Error('from the getter');
      },
    });
  }
  const untouchable = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('from the proxy');
    },
    ownKeys: () => {
      throw new Error('from the proxy');
    },
  });

  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };

  it.each<[title: string, thrown: unknown, shown: string]>([
    ['text', 'just text', 'Thrown string, not an Error: just text'],
    ['a number', 42, 'Thrown number, not an Error: 42'],
    ['null', null, 'Thrown null, not an Error: null'],
    ['undefined', undefined, 'Thrown undefined, not an Error: undefined'],
    ['a symbol', Symbol('s'), 'Thrown symbol, not an Error: Symbol(s)'],
    ['an object', { a: { b: 1 } }, 'Thrown object, not an Error: { a: { b: 1 } }'],
    ['an error that is its own cause', cyclic, 'Error: cyclic'],
    ['a long chain of causes', chained, 'number 980'],
    ['an error whose members throw', hostile, 'Error: '],
    ['a proxy that throws', untouchable, 'Error: '],
    ['a revoked proxy', revoked(), 'Thrown object, not an Error: '],
    ['an error caused by a revoked proxy', new Error('outer', { cause: revoked() }), 'outer'],
    ['a message that is not text', Object.assign(new Error('x'), { message: { a: 1 } }), 'Error: '],
    ['a stack that is not text', Object.assign(new Error('told'), { stack: 7 }), 'Error: told'],
    ['an endless message', new Error('m'.repeat(50_000)), '(40000 more characters)'],
  ])('%s', async (_title, thrown, shown) => {
    const text = await textOf(thrown);
    expect(text).toContain(shown);
    expect(text.length).toBeLessThan(60_000);
    expect((await pageOf(thrown)).content).toContain('</html>');
  });

  it('a long chain of causes is cut off', async () => {
    expect(await textOf(chained)).not.toContain('number 979');
  });
});
