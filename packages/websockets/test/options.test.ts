import type { HttpWebSocketFeature } from '@windhover/http';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type AcceptOptions, type WebSocketOptions, webSockets } from '../src/index.ts';

describe('options', () => {
  it.each([
    [{ maxMessageSize: 0 }, 'maxMessageSize is a number from 1 to 2147483647, not 0'],
    [{ maxMessageSize: Infinity }, 'maxMessageSize is a number from 1 to 2147483647, not Infinity'],
    [{ maxFragments: 0 }, 'maxFragments'],
    [{ maxBufferedChunks: -1 }, 'maxBufferedChunks'],
    [{ messageTimeout: 0 }, 'messageTimeout is a number from 1 to Infinity, or null, not 0'],
    [{ maxMessagesPerSecond: Number.NaN }, 'maxMessagesPerSecond'],
    [{ maxBufferedAmount: -1 }, 'maxBufferedAmount'],
    [{ keepAliveInterval: 0 }, 'keepAliveInterval'],
    [{ keepAliveTimeout: -5 }, 'keepAliveTimeout'],
    [{ closeTimeout: 2 ** 31 }, 'closeTimeout'],
    [{ origins: ['example.com'] }, '"example.com" is no origin such as https://example.com'],
    [{ origins: ['https://example.com/path'] }, 'is no origin'],
    [{ deflate: { level: 10 } }, 'level is a number from 0 to 9, not 10'],
    [{ deflate: { serverMaxWindowBits: 8 } }, 'serverMaxWindowBits'],
    [{ deflate: { threshold: -1 } }, 'threshold'],
    [{ deflate: { concurrency: 0 } }, 'concurrency'],
  ] satisfies [Partial<WebSocketOptions>, string][])('%j: WEBSOCKET_OPTION_INVALID', (options, sentence) => {
    expect(() => webSockets(options)).toThrow(
      expect.objectContaining({
        code: 'WEBSOCKET_OPTION_INVALID',
        message: expect.stringContaining(sentence) as string,
      }),
    );
  });

  it('origins may be those of extensions of browsers', () => {
    expect(() => webSockets({ origins: ['chrome-extension://abcdefgh'] })).not.toThrow();
  });
});

describe('types', () => {
  it('accept of a handler takes its options and no other, and gives a WebSocket of ws', () => {
    expectTypeOf<HttpWebSocketFeature['accept']>().toEqualTypeOf<(options?: AcceptOptions) => Promise<WebSocket>>();
  });
});
