import { FeatureMissingError, Features } from '@windhover/features';
import { describe, expect, it } from 'vitest';
import { HttpConnectionFeature, HttpContext, HttpWebSocketFeature } from '../src/index.ts';
import { fakeExchange } from './support/fake-exchange.ts';

describe('HttpContext', () => {
  it('looks nothing up before its first use', () => {
    const { features } = fakeExchange();
    features.lookUps.length = 0;
    const context = new HttpContext(features);
    expect(features.lookUps).toEqual([]);
    expect(context.request.path).toBe('/');
    expect(features.lookUps).toEqual(['http-request']);
    expect(context.response.statusCode).toBe(200);
    expect(features.lookUps).toEqual(['http-request', 'http-response']);
  });

  it('request, response and items stay the same objects', () => {
    const { context } = fakeExchange();
    expect(context.request).toBe(context.request);
    expect(context.response).toBe(context.response);
    context.items.set('a', 1);
    expect(context.items.get('a')).toBe(1);
  });

  it('items are of one request', () => {
    const { features, context } = fakeExchange();
    context.items.set('a', 1);
    expect(new HttpContext(features).items.size).toBe(0);
  });

  it('signal is the signal of the lifetime feature, abort ends the connection', () => {
    const { context, abortion } = fakeExchange();
    expect(context.signal).toBe(abortion.signal);
    context.abort();
    expect(context.signal.aborted).toBe(true);
    expect(context.signal.reason).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
  });

  it('without a provider of WebSockets, isRequest is false and accept fails', async () => {
    const { context } = fakeExchange();
    expect(context.webSockets.isRequest).toBe(false);
    await expect(context.webSockets.accept()).rejects.toMatchObject({ code: 'HTTP_WEB_SOCKET_NOT_POSSIBLE' });
  });

  it('webSockets is the feature that a provider has set', () => {
    const { features, context } = fakeExchange();
    const provided = { isRequest: true, accept: () => Promise.resolve({}) };
    features.set(HttpWebSocketFeature, provided);
    expect(context.webSockets).toBe(provided);
  });

  it('the trace identifier can be changed', () => {
    const { context, features } = fakeExchange();
    expect(context.traceIdentifier).toBe('C:1');
    context.traceIdentifier = 'mine';
    expect(new HttpContext(features).traceIdentifier).toBe('mine');
  });

  it('connection is the connection feature', () => {
    const { context, features } = fakeExchange();
    const connection = { connectionId: 'C', localEndpoint: undefined, remoteEndpoint: undefined };
    features.set(HttpConnectionFeature, connection);
    expect(context.connection).toBe(connection);
  });

  it.each<[what: string, use: (context: HttpContext) => unknown]>([
    ['http-request', (context) => context.request],
    ['http-response', (context) => context.response],
    ['http-request-lifetime', (context) => context.signal],
    ['http-request-lifetime', (context) => context.abort()],
    ['http-request-identifier', (context) => context.traceIdentifier],
    ['http-connection', (context) => context.connection],
  ])('a missing feature, %s: an error that names it', (what, use) => {
    expect(() => use(new HttpContext(new Features()))).toThrow(
      expect.objectContaining({ name: FeatureMissingError.name, feature: what }),
    );
  });
});
