import type { Endpoint } from '@windhover/connections';
import type { Middleware } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type ForwardedHeadersOptions, forwardedHeaders } from '../src/index.ts';
import { viewOf } from './support/proxied.ts';

/** Stands for a transport. */
const from =
  (endpoint: Endpoint): Middleware =>
  (context, next) => {
    context.connection.remoteEndpoint = endpoint;
    return next(context);
  };

const serving = (options?: ForwardedHeadersOptions, ...before: Middleware[]): MemoryHttp =>
  MemoryHttp.of([...before, forwardedHeaders(options)], (context) =>
    context.response.json({ ...viewOf(context), url: context.request.displayUrl }),
  );

describe('over HTTP/1.1', () => {
  const unix: Endpoint = { kind: 'unix', path: '' };

  it('a proxy on a unix socket is trusted where unix is', async () => {
    const fields = 'X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n';
    const trusted = await serving({ trustedProxies: ['unix'] }, from(unix)).get('/a?b', fields);
    expect(JSON.parse(trusted.content)).toMatchObject({
      remote: { address: '203.0.113.7', port: 0 },
      url: 'https://a/a?b',
    });
    const untrusted = await serving({}, from(unix)).get('/a?b', fields);
    expect(JSON.parse(untrusted.content)).toMatchObject({ remote: unix, url: 'http://a/a?b' });
  });

  it('host and prefix are in displayUrl', async () => {
    const options = {
      trustedProxies: ['memory'],
      headers: ['host', 'prefix'],
      allowedHosts: ['example.com'],
    } as const;
    const fields = 'X-Forwarded-Host: example.com:8443\r\nx-forwarded-prefix: /app\r\n';
    const { content } = await serving(options).get('/a', fields);
    expect(JSON.parse(content)).toMatchObject({ host: 'example.com:8443', url: 'http://example.com:8443/app/a' });
  });

  it('each request of a connection is changed on its own', async () => {
    const request = (fields: string): string => `GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
    const sent = ['X-Forwarded-For: 203.0.113.7\r\n', '', 'X-Forwarded-For: 203.0.113.8\r\n'].map(request).join('');
    const answers = await serving({ trustedProxies: ['memory'] }).exchange(sent);
    const remotes = [...answers.matchAll(/"remote":(\{.*?\})/g)].map(
      ([, json]) => (JSON.parse(json!) as { address?: string }).address,
    );
    expect(remotes).toEqual(['203.0.113.7', undefined, '203.0.113.8']);
  });

  it.each(['\u0000', '\u0001', '\r', '\u007f'])('a control byte %j is refused by the protocol', async (byte) => {
    const memory = serving({ trustedProxies: ['memory'] });
    expect((await memory.get('/', `X-Forwarded-For: 203.0.113.7${byte}\r\n`)).status).toBe(400);
  });

  it.each(['\u00e9', '"', ',,,', '\t', '%0d%0a', '203.0.113.7, \u00ff'])(
    '%j is answered all the same',
    async (text) => {
      for (const format of ['x-forwarded', 'forwarded'] as const) {
        const memory = serving({ trustedProxies: ['memory'], format });
        const fields = ['X-Forwarded-For', 'X-Forwarded-Proto', 'Forwarded'].map((name) => `${name}: ${text}\r\n`);
        expect(await memory.get('/', fields.join(''))).toMatchObject({ status: 200 });
        expect(memory.applicationErrors).toEqual([]);
      }
    },
  );
});
