import { expect, it } from 'vitest';
import { everyProtocol } from '../test-support/hosts/every-host.ts';

everyProtocol((host) => {
  it('method, path, query, host, scheme, protocol and fields', async () => {
    const { client } = await host.serve([
      ({ request }) => ({
        method: request.method,
        path: request.path,
        query: request.queryString,
        host: request.host,
        scheme: request.scheme,
        protocol: request.protocol,
        field: request.headers.get('X-Field'),
        all: request.headers.getAll('x-field'),
        cookie: request.headers.get('cookie'),
      }),
    ]);
    const headers = { 'x-field': ['a', 'b'], cookie: 'a=1; b=2', host: 'b.test:8080' };
    const { text } = await client.request({ method: 'PATCH', path: '/caf%C3%A9?x=1&y', headers });
    expect(JSON.parse(text)).toEqual({
      method: 'PATCH',
      path: '/café',
      query: '?x=1&y',
      host: 'b.test:8080',
      scheme: host.transport === 'TLS' ? 'https' : 'http',
      protocol: host.protocol,
      field: 'a, b',
      all: ['a', 'b'],
      cookie: 'a=1; b=2',
    });
  });

  it('middleware may change fields, path and method; the next layer sees them', async () => {
    const { client } = await host.serve([
      (context, next) => {
        const { request } = context;
        request.headers.set('x-user', 'ann');
        request.headers.delete('x-secret');
        request.method = 'PUT';
        request.path = '/rewritten';
        return next(context);
      },
      ({ request }) => [request.method, request.path, request.headers.get('x-user'), request.headers.has('x-secret')],
    ]);
    const { text } = await client.get('/a', { 'x-secret': 's' });
    expect(JSON.parse(text)).toEqual(['PUT', '/rewritten', 'ann', false]);
  });

  it('the connection has an id, and each request a name of its own', async () => {
    const { client } = await host.serve([
      ({ connection, traceIdentifier }) => ({
        id: connection.connectionId,
        name: traceIdentifier,
        kind: connection.remoteEndpoint?.kind,
      }),
    ]);
    const answers = await Promise.all([client.get('/'), client.get('/')]);
    const seen = answers.map(({ text }) => JSON.parse(text) as Record<'id' | 'name' | 'kind', string>);
    for (const { id, name, kind } of seen) {
      expect(name.startsWith(`${id}:`)).toBe(true);
      expect(kind).toBe(host.transport === 'memory' ? 'memory' : 'ip');
    }
    expect(new Set(seen.map(({ name }) => name)).size).toBe(2);
  });

  it('a context that is kept does not see the next request', async () => {
    const kept: (() => unknown)[] = [];
    const { client } = await host.serve([
      ({ request, response }) => {
        kept.push(
          () => [request.path, request.headers.get('x-a')],
          () => response.send('late'),
        );
        response.send('');
      },
    ]);
    await client.get('/1', { 'x-a': '1' });
    await client.get('/22', { 'x-a': '2', 'x-b': '3' });
    expect(kept[0]!()).toEqual(['/1', '1']);
    expect(kept[1]!).toThrow(expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' }));
  });

  it.each([
    ['a target above maxRequestLineSize: 414', { path: `/${'x'.repeat(9000)}` }, 414],
    ['fields above maxRequestHeadersTotalSize: 431', { headers: { 'x-large': 'x'.repeat(40_000) } }, 431],
    [
      'more fields than maxRequestHeaderCount: 431',
      { headers: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, ''])) },
      431,
    ],
  ])('%s, and the next request is answered', async (_title, request, status) => {
    const { client, applicationErrors } = await host.serve([({ response }) => response.send('served')]);
    expect((await client.request(request)).status).toBe(status);
    expect((await client.get('/')).text).toBe('served');
    expect(applicationErrors).toEqual([]);
  });
});
