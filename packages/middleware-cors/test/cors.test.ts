import type { Middleware } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { CorsError, type CorsErrorCode, type CorsPolicy, cors, corsErrors, corsPolicies } from '../src/index.ts';

const site = 'https://app.test';

/** The answer to a request with these field lines, without CRLF. */
const answerTo = (middleware: Middleware, method: string, ...lines: string[]): Promise<Answer> =>
  MemoryHttp.of([middleware], ({ response }) => response.send('served')).answer(
    [`${method} / HTTP/1.1`, 'Host: a', ...lines, '', ''].join('\r\n'),
  );

const preflight = (policy: CorsPolicy, ...lines: string[]): Promise<Answer> =>
  answerTo(cors(policy), 'OPTIONS', `Origin: ${site}`, 'Access-Control-Request-Method: PUT', ...lines);

const allowedOrigin = async (policy: CorsPolicy, origin: string): Promise<string | undefined> =>
  (await answerTo(cors(policy), 'GET', `Origin: ${origin}`)).fields['access-control-allow-origin'];

it.each<[name: string, origins: () => unknown]>([
  ['the promise of an async function', async () => true],
  ['another truthy value', () => 'yes'],
])('origins as a function: %s allows no origin', async (_name, origins) => {
  expect(await allowedOrigin({ origins: origins as () => boolean }, site)).toBeUndefined();
});

everyHost((host) => {
  it('answers preflight requests, and lets the application answer others', async () => {
    const { client } = await host.serve([
      cors({ origins: [site], methods: ['PUT'], exposedHeaders: ['etag'], supportsCredentials: true }),
    ]);
    const asked = await client.request({
      method: 'OPTIONS',
      headers: { origin: site, 'access-control-request-method': 'PUT' },
    });
    expect(asked).toMatchObject({ status: 204, text: '' });
    expect(asked.headers['access-control-allow-methods']).toBe('PUT');
    const answer = await client.request({ method: 'PUT', headers: { origin: site }, body: 'x' });
    expect(answer).toMatchObject({ status: 200, text: 'served' });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': site,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'etag',
      vary: 'origin',
    });
  });

  it('lets scripts read the response to an error, and keeps the Vary field of the application', async () => {
    const { client } = await host.serve([cors({ origins: [site] })], ({ request }) => {
      if (request.path === '/fails') throw new Error('failed');
      return { headers: { vary: 'Accept' }, body: 'x' };
    });
    const failed = await client.get('/fails', { origin: site });
    expect(failed.status).toBe(500);
    expect(failed.headers['access-control-allow-origin']).toBe(site);
    expect((await client.get('/', {})).headers['vary']).toBe('Accept, origin');
  });
});

describe('origins', () => {
  it.each<[origins: string[], origin: string, isAllowed: boolean]>([
    [[site], site, true],
    [['https://App.TEST:443'], site, true],
    [[site], 'http://app.test', false],
    [[site], 'https://app.test:444', false],
    [[site], 'https://app.test.evil.test', false],
    [[site], 'https://APP.test', false],
    [[site], 'null', false],
    [['http://localhost:3000'], 'http://localhost:3000', true],
    [['http://localhost:3000'], 'http://localhost', false],
    [['https://*.a.test'], 'https://b.a.test', true],
    [['https://*.a.test'], 'https://c.b.a.test', true],
    [['https://*.a.test'], 'https://a.test', false],
    [['https://*.a.test'], 'https://.a.test', false],
    [['https://*.a.test'], 'http://b.a.test', false],
    [['https://*.a.test'], 'https://b.a.test:8443', false],
    [['https://*.a.test:8443'], 'https://b.a.test:8443', true],
    [['https://*.a.test'], 'https://ba.test', false],
    [['https://*.a.test'], 'https://evil.test/.a.test', false],
    [['https://*.a.test'], 'https://evil.test#.a.test', false],
    [['https://*.a.test'], 'https://evil.test:1@b.a.test', false],
    [[], site, false],
  ])('%j and %s: %s', async (origins, origin, isAllowed) => {
    expect(await allowedOrigin({ origins }, origin)).toBe(isAllowed ? origin : undefined);
  });

  it('* allows every origin, also null, and adds no Vary', async () => {
    const answer = await answerTo(cors({ origins: '*' }), 'GET', 'Origin: null');
    expect(answer.fields['access-control-allow-origin']).toBe('*');
    expect(answer.fields).not.toHaveProperty('vary');
  });

  it('* gives every response the same fields, because a cache may store the response to a request without Origin', async () => {
    const policy: CorsPolicy = { origins: '*', exposedHeaders: ['etag'] };
    const [navigation, script] = await Promise.all([
      answerTo(cors(policy), 'GET'),
      answerTo(cors(policy), 'GET', `Origin: ${site}`),
    ]);
    expect(navigation).toEqual(script);
    expect(navigation.fields).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'etag',
    });
  });

  it('a function decides with origin and context', async () => {
    const origins: CorsPolicy['origins'] = (origin, { request }) => origin === site && request.path === '/';
    expect(await allowedOrigin({ origins, supportsCredentials: true }, site)).toBe(site);
    expect(await allowedOrigin({ origins }, 'https://b.test')).toBeUndefined();
  });

  it('a request without Origin gets no permission, and Vary', async () => {
    const { fields, status } = await answerTo(cors({ origins: [site] }), 'GET');
    expect({ status, vary: fields['vary'] }).toEqual({ status: 200, vary: 'origin' });
    expect(fields).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('a preflight request', () => {
  it('gets the lists of the policy, and the time that they may be remembered', async () => {
    const { status, fields } = await preflight(
      { origins: [site], methods: ['PUT', 'DELETE'], headers: ['content-type', 'x-a'], preflightMaxAge: 600 },
      'Access-Control-Request-Headers: x-b',
    );
    expect(status).toBe(204);
    expect(fields).toMatchObject({
      'access-control-allow-origin': site,
      'access-control-allow-methods': 'PUT, DELETE',
      'access-control-allow-headers': 'content-type, x-a',
      'access-control-max-age': '600',
      vary: 'origin, access-control-request-method, access-control-request-headers',
    });
    expect(fields).not.toHaveProperty('access-control-expose-headers');
  });

  it('gets the requested method and fields where the policy allows all of them', async () => {
    const { fields } = await preflight(
      { origins: [site], methods: '*', headers: '*', supportsCredentials: true },
      'Access-Control-Request-Headers: authorization,x-a , not a token',
    );
    expect(fields).toMatchObject({
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'authorization, x-a',
      'access-control-allow-credentials': 'true',
    });
  });

  it('of a foreign origin gets 204 without permission', async () => {
    const { status, fields } = await preflight({ origins: ['https://b.test'], methods: '*', privateNetwork: true });
    expect(status).toBe(204);
    expect(Object.keys(fields).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(fields['vary']).toMatch(/^origin, /);
  });

  it.each<[privateNetwork: boolean, line: string, allowed: string | undefined]>([
    [true, 'Access-Control-Request-Private-Network: true', 'true'],
    [true, 'X: y', undefined],
    [false, 'Access-Control-Request-Private-Network: true', undefined],
  ])('private network %s, with %s: %s', async (privateNetwork, line, allowed) => {
    const { fields } = await preflight({ origins: [site], privateNetwork }, line);
    expect(fields['access-control-allow-private-network']).toBe(allowed);
  });

  it.each([
    ['OPTIONS without Origin', ['Access-Control-Request-Method: PUT']],
    ['OPTIONS without a requested method', [`Origin: ${site}`]],
  ])('is not: %s', async (_title, lines) => {
    expect((await answerTo(cors({ origins: [site] }), 'OPTIONS', ...lines)).content).toBe('served');
  });
});

describe('several policies', () => {
  const policies = { open: { origins: '*' }, closed: { origins: [site] } } as const;

  it.each<[name: string | undefined, origin: string | undefined]>([
    ['open', '*'],
    ['closed', site],
    [undefined, undefined],
  ])('%s is chosen for the request', async (name, origin) => {
    const middleware = corsPolicies(policies, () => name as 'open' | undefined);
    const { content, fields } = await answerTo(middleware, 'GET', `Origin: ${site}`);
    expect({ content, origin: fields['access-control-allow-origin'] }).toEqual({ content: 'served', origin });
  });

  it('a name without a policy is an error of the application', async () => {
    const http = MemoryHttp.of([corsPolicies(policies, () => 'toString' as 'open')], () => 'x');
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'CORS_POLICY_UNKNOWN' })]);
  });
});

describe('an invalid policy', () => {
  it.each<[policy: CorsPolicy, code: CorsErrorCode]>([
    [{ origins: ['app.test'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://app.test', undefined as never] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://app.test/'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://app.test/path'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://user@app.test'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://*'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['*'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://a.*.test'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['https://*.*.test'] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: [''] }, 'CORS_ORIGIN_INVALID'],
    [{ origins: ['null'] }, 'CORS_ORIGIN_NULL'],
    [{ origins: '*', supportsCredentials: true }, 'CORS_ANY_ORIGIN_WITH_CREDENTIALS'],
    [{ origins: [site], methods: ['P T'] }, 'CORS_NAME_INVALID'],
    [{ origins: [site], headers: ['a\r\nb'] }, 'CORS_NAME_INVALID'],
    [{ origins: [site], exposedHeaders: [''] }, 'CORS_NAME_INVALID'],
    [{ origins: [site], preflightMaxAge: -1 }, 'CORS_MAX_AGE_INVALID'],
    [{ origins: [site], preflightMaxAge: 1.5 }, 'CORS_MAX_AGE_INVALID'],
  ])('%j: %s', (policy, code) => {
    expect(() => cors(policy)).toThrow(CorsError);
    const error = { code, message: expect.stringContaining(corsErrors[code]) as string };
    expect(() => cors(policy)).toThrow(expect.objectContaining(error));
    expect(() => corsPolicies({ a: policy }, () => 'a')).toThrow(expect.objectContaining(error));
  });
});
