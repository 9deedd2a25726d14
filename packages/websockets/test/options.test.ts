import type { HttpWebSocketFeature } from '@windhover/http';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type AcceptOptions, type WebSocketOptions, webSockets } from '../src/index.ts';

describe('options', () => {
  it.each([
    [{ maxMessageSize: 0 }, 'maxMessageSize must be an integer from 1 to 2147483647; received 0'],
    [{ maxMessageSize: Infinity }, 'maxMessageSize must be an integer from 1 to 2147483647; received Infinity'],
    [{ maxFragments: 0 }, 'maxFragments'],
    [{ maxBufferedChunks: -1 }, 'maxBufferedChunks'],
    [{ messageTimeout: 0 }, 'messageTimeout must be a number from 1 to Infinity, or null; received 0'],
    [{ maxMessagesPerSecond: Number.NaN }, 'maxMessagesPerSecond'],
    [{ maxBufferedAmount: -1 }, 'maxBufferedAmount'],
    [{ keepAliveInterval: 0 }, 'keepAliveInterval'],
    [{ keepAliveTimeout: -5 }, 'keepAliveTimeout'],
    [{ closeTimeout: 2 ** 31 }, 'closeTimeout'],
    [{ origins: ['example.com'] }, 'an origin must look like https://example.com; received "example.com"'],
    [{ origins: ['https://example.com/path'] }, 'received "https://example.com/path"'],
    [{ deflate: { level: 10 } }, 'level must be an integer from 0 to 9; received 10'],
    [{ deflate: { serverMaxWindowBits: 8 } }, 'serverMaxWindowBits'],
    [{ deflate: { serverMaxWindowBits: 9.5 } }, 'serverMaxWindowBits must be an integer from 9 to 15; received 9.5'],
    [{ closeTimeout: 1.5 }, 'closeTimeout'],
    [{ deflate: { threshold: -1 } }, 'threshold'],
    [{ deflate: { concurrency: 0 } }, 'concurrency'],
  ] satisfies [WebSocketOptions, string][])('%j: WEBSOCKET_OPTION_INVALID', (options, sentence) => {
    expect(() => webSockets(options)).toThrow(
      expect.objectContaining({
        code: 'WEBSOCKET_OPTION_INVALID',
        message: expect.stringContaining(sentence) as string,
      }),
    );
  });

  it('origins of browser extensions are accepted', () => {
    expect(() => webSockets({ origins: ['chrome-extension://abcdefgh'] })).not.toThrow();
  });
});

describe('types', () => {
  it('accept of a handler takes its options and no other, and gives a WebSocket of ws', () => {
    expectTypeOf<HttpWebSocketFeature['accept']>().toEqualTypeOf<(options?: AcceptOptions) => Promise<WebSocket>>();
  });
});
