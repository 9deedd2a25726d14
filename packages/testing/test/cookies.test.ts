import { describe, expect, it } from 'vitest';
import { TestServer } from '../src/index.ts';

/** Sets the cookies of the field `x-set` and answers with the Cookie field that was received. */
const application = {
  fetch: (request: Request): Response => {
    const headers = new Headers();
    for (const line of request.headers.get('x-set')?.split(' | ') ?? []) headers.append('set-cookie', line);
    return new Response(request.headers.get('cookie') ?? 'none', { headers });
  },
};

const start = (options: { protocol?: 'http/1.1' | 'h2' } = {}): Promise<TestServer> =>
  TestServer.start(application, { cookies: true, ...options });

const sent = async (server: TestServer, input: string, headers: Record<string, string> = {}): Promise<string> =>
  await (await server.fetch(input, { headers })).text();

describe('cookies of a test server', () => {
  it.each(['http/1.1', 'h2'] as const)('are kept and sent over %s', async (protocol) => {
    await using server = await start({ protocol });
    await server.fetch('/', { headers: { 'x-set': 'a=1 | b=2; HttpOnly' } });
    expect(await sent(server, '/other')).toBe('a=1; b=2');
  });

  it('are neither kept nor sent without the option', async () => {
    await using server = await TestServer.start(application);
    await server.fetch('/', { headers: { 'x-set': 'a=1' } });
    expect(await sent(server, '/')).toBe('none');
  });

  it.each([
    ['a=2', 'a=2'],
    ['a=; Max-Age=0', 'none'],
    ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'none'],
    ['a=2; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'a=2'],
    ['a=2; Expires=not a date', 'a=2'],
    ['no pair', 'a=1'],
    ['=2', 'a=1'],
    ['a=2; Domain=other.example', 'a=1'],
  ])('%s after a=1: the next request has %s', async (line, expected) => {
    await using server = await start();
    await server.fetch('/', { headers: { 'x-set': 'a=1' } });
    await server.fetch('/', { headers: { 'x-set': line } });
    expect(await sent(server, '/')).toBe(expected);
  });

  it.each([
    ['a=1; Path=/app', '/app', 'a=1'],
    ['a=1; Path=/app', '/app/x?y', 'a=1'],
    ['a=1; Path=/app', '/apple', 'none'],
    ['a=1', '/folder/other', 'a=1'],
    ['a=1', '/elsewhere', 'none'],
    ['a=1; Path=/; Secure', '/', 'none'],
    ['a=1; Path=/; Secure', 'https://localhost/', 'a=1'],
    ['a=1; Path=/', 'http://other.example/', 'none'],
  ])('%s of /folder/page, requested %s: %s', async (line, input, expected) => {
    await using server = await start();
    await server.fetch('/folder/page', { headers: { 'x-set': line } });
    expect(await sent(server, input)).toBe(expected);
  });

  it('of a domain are sent to hosts below it', async () => {
    await using server = await start();
    await server.fetch('http://www.shop.example/', { headers: { 'x-set': 'a=1; Domain=.shop.example | b=2' } });
    expect(await sent(server, 'http://api.shop.example/')).toBe('a=1');
    expect(await sent(server, 'http://www.shop.example/')).toBe('a=1; b=2');
  });

  it('end by the clock of the server', async () => {
    await using server = await start();
    await server.fetch('/', { headers: { 'x-set': 'a=1; Max-Age=60' } });
    await server.clock.advance(59_000);
    expect(await sent(server, '/')).toBe('a=1');
    await server.clock.advance(1_000);
    expect(await sent(server, '/')).toBe('none');
  });

  it('a Cookie field of the request takes precedence', async () => {
    await using server = await start();
    await server.fetch('/', { headers: { 'x-set': 'a=1' } });
    expect(await sent(server, '/', { cookie: 'own=1' })).toBe('own=1');
  });
});
