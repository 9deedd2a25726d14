import type { Endpoint } from '@windhover/connections';
import { HttpConnectionFeature, type HttpContext, HttpRequestFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { ForwardedHeadersFeature, forwardedHeaders } from '../src/index.ts';
import { type FieldLines, contextOf, ip, loopback, seenOf, untouched, viewOf } from './support/proxied.ts';

const all: FieldLines = [
  ['X-Forwarded-For', '203.0.113.7:1234'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Host', 'example.com'],
  ['X-Forwarded-Prefix', '/app'],
];
const everything = { headers: ['for', 'proto', 'host', 'prefix'], allowedHosts: ['*'] } as const;

/** A request that has come by the middleware, perhaps more than once. */
const changed = (context: HttpContext, middleware = [forwardedHeaders(everything)]): HttpContext => {
  for (const each of middleware) void each(context, () => undefined);
  return context;
};

describe('the fields of a request that was changed', () => {
  it('used entries are removed, and the original values are in the X-Original fields', () => {
    expect(seenOf(all, everything).fields).toEqual({
      'X-Original-For': '127.0.0.1:40000',
      'X-Original-Proto': 'http',
      'X-Original-Host': 'inner',
    });
  });

  it('entries that were not used stay', () => {
    const lines: FieldLines = [
      ['X-Forwarded-For', '192.0.2.1 ,\t 192.0.2.2,203.0.113.7'],
      ['X-Forwarded-Proto', 'https, http'],
    ];
    expect(seenOf(lines).fields).toMatchObject({
      'x-forwarded-for': '192.0.2.1 ,\t 192.0.2.2',
      'x-forwarded-proto': 'https',
    });
  });

  it('a field without used entries stays', () => {
    const lines: FieldLines = [
      ['X-Forwarded-For', '203.0.113.7'],
      ['X-Forwarded-Proto', 'ftp'],
    ];
    expect(seenOf(lines).fields).toEqual({ 'X-Forwarded-Proto': 'ftp', 'X-Original-For': '127.0.0.1:40000' });
  });

  it('X-Original fields of the client are removed', () => {
    const made = ['For', 'Proto', 'Host', 'Prefix'].map((name) => [`X-Original-${name}`, 'made up'] as const);
    expect(seenOf([...made, ['X-Forwarded-Proto', 'https']]).fields).toEqual({ 'X-Original-Proto': 'http' });
  });

  it.each<[pathBase: string, original: string]>([
    ['/base', '/base'],
    ['/café 日本', '/caf%C3%A9%20%E6%97%A5%E6%9C%AC'],
    ['/\ud800', '/%EF%BF%BD'],
  ])('a path base %j is kept as %s', (pathBase, original) => {
    const context = contextOf(all);
    context.request.pathBase = pathBase;
    expect(changed(context).request.headers.get('x-original-prefix')).toBe(original);
    expect(context.request.pathBase).toBe('/app');
  });

  it.each<[peer: Endpoint, original: string]>([
    [ip('::1', 80), '[::1]:80'],
    [{ kind: 'unix', path: '' }, 'unix'],
    [{ kind: 'unix', path: '\0a\r\nb日本' }, 'unix'],
    [{ kind: 'memory', name: 'é\n' }, 'memory'],
  ])('the peer %j is kept as %s', (peer, original) => {
    const { fields, remote } = seenOf(all, { trustedProxies: ['loopback', 'unix', 'memory'] }, peer);
    expect(fields['X-Original-For']).toBe(original);
    expect(remote).toEqual(ip('203.0.113.7', 1234));
  });
});

describe('ForwardedHeadersFeature', () => {
  it('has the original values of the request', () => {
    const context = contextOf(all);
    context.request.pathBase = '/base';
    expect(changed(context).features.get(ForwardedHeadersFeature)).toEqual({
      originalRemoteEndpoint: loopback,
      originalScheme: 'http',
      originalHost: 'inner',
      originalPathBase: '/base',
    });
  });

  it('does not exist for an unchanged request', () => {
    const nothing: FieldLines[] = [[], [['X-Forwarded-For', 'x']], [['X-Forwarded-Port', '80']]];
    for (const lines of nothing) {
      const context = changed(contextOf(lines));
      expect(context.features.get(ForwardedHeadersFeature)).toBeUndefined();
      expect(viewOf(context)).toEqual(untouched);
    }
  });
});

describe('a request is changed at most once', () => {
  const chain: FieldLines = [['X-Forwarded-For', '127.0.0.3, 127.0.0.2, 127.0.0.1']];

  it('when the middleware runs again', () => {
    const middleware = forwardedHeaders();
    const context = changed(contextOf(chain), [middleware, middleware, forwardedHeaders({ forwardLimit: 9 })]);
    expect(context.connection.remoteEndpoint).toEqual(ip('127.0.0.1'));
    expect(context.request.headers.get('x-forwarded-for')).toBe('127.0.0.3, 127.0.0.2');
  });

  it('by the first middleware that trusts the peer', () => {
    const middleware = [forwardedHeaders({ trustedProxies: ['unix'] }), forwardedHeaders()];
    expect(changed(contextOf(chain), middleware).connection.remoteEndpoint).toEqual(ip('127.0.0.1'));
  });

  it('and the next request of the connection is changed again', () => {
    const middleware = forwardedHeaders();
    for (const address of ['203.0.113.7', '203.0.113.8']) {
      const context = changed(contextOf([['X-Forwarded-For', address]]), [middleware]);
      expect(context.connection.remoteEndpoint).toEqual(ip(address));
    }
  });
});

describe('cost', () => {
  it('returns no promise if the rest of the pipeline returns none', () => {
    const middleware = forwardedHeaders();
    const handle = (context: HttpContext): unknown => middleware(context, () => undefined);
    expect(handle(contextOf(all))).toBeUndefined();
    expect(handle(contextOf([]))).toBeUndefined();
  });

  it('returns the promise of the rest of the pipeline itself', () => {
    const promise = Promise.resolve();
    expect(forwardedHeaders()(contextOf(all), () => promise)).toBe(promise);
  });

  it('without the fields, only the header section is read', () => {
    const context = contextOf([]);
    const asked: string[] = [];
    const { features } = context;
    const get = features.get.bind(features);
    features.get = (key) => (asked.push(key.name), get(key));
    changed(context);
    expect(asked).toEqual([HttpRequestFeature.name]);
    expect(features.revision).toBe(contextOf([]).features.revision);
  });

  it('without a connection feature no peer is trusted', () => {
    const context = contextOf(all);
    context.features.set(HttpConnectionFeature, undefined);
    expect(changed(context).request).toMatchObject({ scheme: 'http', host: 'inner', pathBase: '' });
  });
});
