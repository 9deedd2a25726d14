import { ServerAddressesFeature, type Middleware } from '@windhover/http';
import { describe, expect, it, vi } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type HstsOptions, type HttpsRedirectionOptions, hsts, httpsRedirection } from '../src/index.ts';

/** Middleware before the one under test: the addresses of a server, and the scheme of the request. */
const onServer =
  (addresses: readonly string[], scheme = 'http'): Middleware =>
  (context, next) => {
    context.features.set(ServerAddressesFeature, { addresses, add: () => undefined });
    context.request.scheme = scheme;
    return next(context);
  };

const serving = (addresses: readonly string[], options: HttpsRedirectionOptions = {}): MemoryHttp =>
  MemoryHttp.of([onServer(addresses), httpsRedirection(options)], ({ response }) => response.send('served'));

everyHost((host) => {
  it('redirects with path and query as received, and keeps the method', async () => {
    const { client } = await host.serve([hsts(), httpsRedirection({ port: 8443 })]);
    const answer = await client.request({ method: 'POST', path: '/a%2Fb/%C3%A9?x=%20', body: 'content' });
    expect(answer).toMatchObject({ status: 307, text: '' });
    expect(answer.headers['location']).toBe('https://app.test:8443/a%2Fb/%C3%A9?x=%20');
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });

  it('over https requests are served, with HSTS, also on errors', async () => {
    const { client } = await host.serve([onServer([], 'https'), hsts(), httpsRedirection()], ({ request }) => {
      if (request.path === '/fails') throw new Error('failed');
      return { body: 'served' };
    });
    const answers = [await client.get('/'), await client.get('/fails')];
    expect(answers.map(({ status }) => status)).toEqual([200, 500]);
    for (const { headers } of answers) expect(headers['strict-transport-security']).toBe('max-age=2592000');
  });
});

describe('the port', () => {
  it.each<[addresses: string[], location: string]>([
    [['http://a.test:80', 'https://a.test:5001'], 'https://a.test:5001/'],
    [['https://[::]:443'], 'https://a.test/'],
    [['https://unix:/run/app.sock', 'https://localhost:7000'], 'https://a.test:7000/'],
    [['https://*:6000/base'], 'https://a.test:6000/'],
  ])('of a server on %j: %s', async (addresses, location) => {
    expect((await serving(addresses).answer('GET / HTTP/1.1\r\nHost: a.test:5000\r\n\r\n')).fields['location']).toBe(
      location,
    );
  });

  it.each([[[]], [['http://a.test:80']], [['https://unix:/run/app.sock']]])(
    'unknown for a server on %j: requests are served, with one warning',
    async (addresses) => {
      const onPortUnknown = vi.fn<(message: string) => void>();
      const http = serving(addresses, { onPortUnknown });
      expect((await http.get('/')).content).toBe('served');
      expect((await http.get('/')).content).toBe('served');
      expect(onPortUnknown).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('no https address'));
    },
  );

  it('an async onPortUnknown that rejects is an error of the application, and the request is served', async () => {
    const http = serving([], { onPortUnknown: () => Promise.reject(new Error('no log')) });
    expect((await http.get('/')).content).toBe('served');
    expect(http.applicationErrors).toEqual([expect.objectContaining({ message: 'no log' })]);
  });
});

describe('the target', () => {
  const answerTo = (requestLine: string, host = 'a.test'): Promise<Answer> =>
    serving([], { port: 443, statusCode: 308 }).answer(`${requestLine}\r\nHost: ${host}\r\n\r\n`);

  it.each<[requestLine: string, host: string, location: string]>([
    ['GET /x HTTP/1.1', 'a.test:8080', 'https://a.test/x'],
    ['GET /x HTTP/1.1', '[::1]:8080', 'https://[::1]/x'],
    ['GET /x HTTP/1.1', '[::1]', 'https://[::1]/x'],
    ['GET //evil.test/x HTTP/1.1', 'a.test', 'https://a.test//evil.test/x'],
    ['GET http://a.test/x?y HTTP/1.1', 'a.test', 'https://a.test/x?y'],
    ['GET http://a.test HTTP/1.1', 'a.test', 'https://a.test/'],
    ['GET http://a.test?y HTTP/1.1', 'a.test', 'https://a.test/?y'],
  ])('of %s with Host %s: %s', async (requestLine, host, location) => {
    const { status, fields } = await answerTo(requestLine, host);
    expect({ status, location: fields['location'] }).toEqual({ status: 308, location });
  });

  it('OPTIONS * is served', async () => {
    expect((await answerTo('OPTIONS * HTTP/1.1')).content).toBe('served');
  });

  it('a request without Host is refused', async () => {
    expect((await serving([], { port: 443 }).answer('GET / HTTP/1.0\r\n\r\n')).status).toBe(400);
  });
});

describe('HSTS', () => {
  const valueFor = async (options: HstsOptions, host = 'a.test', scheme = 'https'): Promise<string | undefined> =>
    (
      await MemoryHttp.of([onServer([], scheme), hsts(options)], () => 'x').answer(
        `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      )
    ).fields['strict-transport-security'];

  it.each<[options: HstsOptions, value: string]>([
    [{}, 'max-age=2592000'],
    [{ maxAge: 0 }, 'max-age=0'],
    [{ includeSubDomains: true }, 'max-age=2592000; includeSubDomains'],
    [{ maxAge: 31_536_000, includeSubDomains: true, preload: true }, 'max-age=31536000; includeSubDomains; preload'],
  ])('%j: %s', async (options, value) => expect(await valueFor(options)).toBe(value));

  it.each(['localhost', 'LOCALHOST:5001', '127.0.0.1', '[::1]:5001'])('not for %s', async (host) => {
    expect(await valueFor({}, host)).toBeUndefined();
  });

  it('for localhost, when no host is excluded', async () => {
    expect(await valueFor({ excludedHosts: [] }, 'localhost')).toBe('max-age=2592000');
  });

  it('not over plain HTTP', async () => expect(await valueFor({}, 'a.test', 'http')).toBeUndefined());
});

describe('invalid options', () => {
  it.each([200, 303, 404])('statusCode %i: HTTPS_REDIRECTION_STATUS_INVALID', (statusCode) => {
    expect(() => httpsRedirection({ statusCode: statusCode as 307 })).toThrow(
      expect.objectContaining({ code: 'HTTPS_REDIRECTION_STATUS_INVALID' }),
    );
  });

  it.each([0, 65_536, 1.5, -1])('port %d: HTTPS_REDIRECTION_PORT_INVALID', (port) => {
    expect(() => httpsRedirection({ port })).toThrow(
      expect.objectContaining({ code: 'HTTPS_REDIRECTION_PORT_INVALID' }),
    );
  });

  it.each([-1, 1.5, Infinity])('maxAge %d: HTTPS_REDIRECTION_HSTS_MAX_AGE_INVALID', (maxAge) => {
    expect(() => hsts({ maxAge })).toThrow(expect.objectContaining({ code: 'HTTPS_REDIRECTION_HSTS_MAX_AGE_INVALID' }));
  });
});
