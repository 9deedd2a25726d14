import { type HttpContext, HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get, serve, settled } from './support/exchange-harness.ts';

type Handler = (context: HttpContext) => void | Promise<void>;

const head = (method: string, version = '1.1'): string => `${method} / HTTP/${version}\r\nHost: a\r\n\r\n`;
const body = (context: HttpContext): HttpResponseBodyFeature => context.features.require(HttpResponseBodyFeature);

describe('response framing (RFC 9112 6)', () => {
  const cases: [name: string, request: string, handler: Handler, expected: string][] = [
    ['nothing written: Content-Length 0', head('GET'), () => {}, 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    [
      'everything known at the end: Content-Length',
      head('GET'),
      (context) => body(context).end('hello'),
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
    ],
    [
      'one write and the end in one turn: Content-Length',
      head('GET'),
      (context) => {
        body(context).write('hello');
        body(context).end();
      },
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello',
    ],
    [
      'two writes: chunked',
      head('GET'),
      (context) => {
        body(context).write('hello ');
        body(context).write('world');
        body(context).end();
      },
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n',
    ],
    [
      'a write and content at the end: chunked',
      head('GET'),
      (context) => {
        body(context).write('a');
        body(context).end('b');
      },
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n',
    ],
    [
      'an empty write is no chunk: it would end the content',
      head('GET'),
      (context) => {
        body(context).start();
        body(context).write('');
        body(context).write('x');
        body(context).end('');
      },
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
    ],
    [
      'text counts in UTF-8 bytes',
      head('GET'),
      (context) => body(context).end('é€'),
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n\u00c3\u00a9\u00e2\u0082\u00ac',
    ],
    [
      'declared length: content as it is',
      head('GET'),
      (context) => {
        context.response.headers.set('Content-Length', 4);
        body(context).write('ab');
        body(context).end('cd');
      },
      'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd',
    ],
    [
      'HTTP/1.0: content until the close',
      head('GET', '1.0'),
      (context) => {
        body(context).write('a');
        body(context).write('b');
      },
      'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nab',
    ],
    [
      'HEAD: the length that GET would have, no content',
      head('HEAD'),
      (context) => body(context).end('hello'),
      'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n',
    ],
    ['HEAD without content: no length', head('HEAD'), () => {}, 'HTTP/1.1 200 OK\r\n\r\n'],
    [
      'HEAD with a stream: neither length nor chunks',
      head('HEAD'),
      (context) => {
        body(context).write('a');
        body(context).write('b');
      },
      'HTTP/1.1 200 OK\r\n\r\n',
    ],
    [
      'HEAD with a declared length keeps it',
      head('HEAD'),
      (context) => context.response.headers.set('content-length', 1000),
      'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n',
    ],
    [
      '204: neither length nor content',
      head('GET'),
      (context) => {
        context.response.statusCode = 204;
      },
      'HTTP/1.1 204 No Content\r\n\r\n',
    ],
    [
      '204 drops a Content-Length of 0',
      head('GET'),
      (context) => {
        context.response.statusCode = 204;
        context.response.headers.set('content-length', 0);
      },
      'HTTP/1.1 204 No Content\r\n\r\n',
    ],
    [
      '304 may carry the length of what was not sent',
      head('GET'),
      (context) => {
        context.response.statusCode = 304;
        context.response.headers.set('content-length', 42);
      },
      'HTTP/1.1 304 Not Modified\r\ncontent-length: 42\r\n\r\n',
    ],
    [
      '204 can be started without content',
      head('GET'),
      (context) => {
        context.response.statusCode = 204;
        body(context).start();
      },
      'HTTP/1.1 204 No Content\r\n\r\n',
    ],
    [
      '205 has a length of 0',
      head('GET'),
      (context) => {
        context.response.statusCode = 205;
      },
      'HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'Transfer-Encoding chunked set by the application is said once',
      head('GET'),
      (context) => {
        context.response.headers.set('Transfer-Encoding', 'chunked');
        body(context).write('a');
        body(context).end('b');
      },
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n',
    ],
    [
      'trailers make it chunked and follow the last chunk',
      head('GET'),
      (context) => {
        context.response.trailers.set('X-Sum', '1');
        body(context).end('a');
      },
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n',
    ],
    [
      'a reason phrase of its own',
      head('GET'),
      (context) => {
        context.response.statusCode = 299;
        context.response.reasonPhrase = 'Fine';
      },
      'HTTP/1.1 299 Fine\r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'an unregistered status has an empty reason phrase and its space (RFC 9112 4)',
      head('GET'),
      (context) => {
        context.response.statusCode = 299;
      },
      'HTTP/1.1 299 \r\ncontent-length: 0\r\n\r\n',
    ],
    [
      'field names keep their spelling and order',
      head('GET'),
      (context) => {
        context.response.headers.set('X-b', '1');
        context.response.headers.append('x-A', '2');
        context.response.headers.append('X-B', '3');
      },
      'HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A: 2\r\nX-B: 3\r\ncontent-length: 0\r\n\r\n',
    ],
  ];

  it.each(cases)('%s', async (_name, request, handler, expected) => {
    const harness = serve(handler);
    harness.receive(request);
    await settled();
    expect(harness.sent()).toBe(expected);
    expect(harness.applicationErrors).toEqual([]);
  });

  it.each(cases)('%s, from an async handler', async (_name, request, handler, expected) => {
    const harness = serve(async (context) => {
      await settled();
      return handler(context);
    });
    harness.receive(request);
    await settled();
    await settled();
    expect(harness.sent()).toBe(expected);
  });
});

describe('a response that breaks its own framing never reaches the peer as a whole one', () => {
  it('more than the declared length: an error at that write, the connection is reset', async () => {
    let thrown: unknown;
    const harness = serve((context) => {
      context.response.headers.set('content-length', 3);
      body(context).write('ab');
      try {
        body(context).write('cd');
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
    harness.receive(get());
    await settled();
    expect(thrown).toMatchObject({ code: 'HTTP_CONTENT_LENGTH_MISMATCH' });
    expect(harness.sent()).not.toContain('cd');
    expect(harness.connection.isAborted).toBe(true);
  });

  it('less than the declared length, some of it sent: the connection is reset', async () => {
    const harness = serve((context) => {
      context.response.headers.set('content-length', 3);
      body(context).start();
      body(context).write('ab');
    });
    harness.receive(get() + get());
    await settled();
    expect(harness.connection.isAborted).toBe(true);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_CONTENT_LENGTH_MISMATCH' }]);
    expect(harness.sent().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it.each([
    ['nothing of a declared length', (context: HttpContext) => context.response.headers.set('content-length', 3)],
    [
      'another length at the end than declared',
      (context: HttpContext) => {
        context.response.headers.set('content-length', 3);
        body(context).end('four');
      },
    ],
    [
      'content with 204',
      (context: HttpContext) => {
        context.response.statusCode = 204;
        body(context).end('x');
      },
    ],
    [
      'a transfer coding that is not applied',
      (context: HttpContext) => {
        context.response.headers.set('transfer-encoding', 'gzip');
        body(context).end('x');
      },
    ],
    [
      'a Content-Length that is none',
      (context: HttpContext) => {
        context.response.headers.set('content-length', '1e3');
        body(context).end('x');
      },
    ],
    [
      'two Content-Lengths',
      (context: HttpContext) => {
        context.response.headers.set('content-length', ['1', '1']);
        body(context).end('x');
      },
    ],
    [
      'a length with 204',
      (context: HttpContext) => {
        context.response.statusCode = 204;
        context.response.headers.set('content-length', 5);
      },
    ],
    [
      'content with 205',
      (context: HttpContext) => {
        context.response.statusCode = 205;
        body(context).end('x');
      },
    ],
    [
      'a length with 205',
      (context: HttpContext) => {
        context.response.statusCode = 205;
        context.response.headers.set('content-length', 5);
      },
    ],
  ])('%s: 500, and the connection stays', async (_name, handler) => {
    const harness = serve(handler);
    harness.receive(get());
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n');
    expect(harness.applicationErrors).toHaveLength(1);
    expect(harness.connection.hasEnded).toBe(false);
  });

  it.each([204, 205])('a length with %i to HEAD: 500, as to GET', async (status) => {
    const harness = serve(({ response }) => {
      response.statusCode = status;
      response.headers.set('content-length', 5);
    });
    harness.receive(head('HEAD'));
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\n\r\n');
    expect(harness.applicationErrors).toHaveLength(1);
    expect(harness.connection.hasEnded).toBe(false);
  });

  it('a write after the end throws HTTP_RESPONSE_ENDED and sends nothing', async () => {
    const harness = serve((context) => {
      body(context).end('a');
      expect(() => body(context).write('b')).toThrow(expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' }));
      expect(() => body(context).end('b')).toThrow(expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' }));
      body(context).end();
    });
    harness.receive(get());
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na');
  });

  it('the head cannot change once it is sent', async () => {
    const started = expect.objectContaining({ code: 'HTTP_RESPONSE_STARTED' });
    const harness = serve((context) => {
      body(context).start();
      const { response } = context;
      expect(response.hasStarted).toBe(true);
      expect(() => response.headers.set('a', 'b')).toThrow(started);
      expect(() => response.headers.delete('a')).toThrow(started);
      expect(() => (response.statusCode = 201)).toThrow(started);
      expect(() => (response.reasonPhrase = 'x')).toThrow(started);
      expect(() => response.onStarting(() => {})).toThrow(started);
    });
    harness.receive(get());
    await settled();
    expect(harness.applicationErrors).toEqual([]);
  });
});
