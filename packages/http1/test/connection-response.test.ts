import { Readable } from 'node:stream';
import { type HttpContext, HttpInformationalFeature, HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
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
      'trailers make it chunked and come behind the last chunk',
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

describe('a head like the one before is not put together again', () => {
  const answers: Record<string, [handler: Handler, expected: string]> = {
    none: [() => {}, 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
    one: [
      ({ response }) => {
        response.headers.set('x-a', '1');
        response.send(Buffer.from('12'));
      },
      'HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 2\r\n\r\n12',
    ],
    'one of another value': [
      ({ response }) => {
        response.headers.set('x-a', '2');
        response.send(Buffer.from('12'));
      },
      'HTTP/1.1 200 OK\r\nx-a: 2\r\ncontent-length: 2\r\n\r\n12',
    ],
    'one of another status': [
      ({ response }) => {
        response.statusCode = 404;
        response.headers.set('x-a', '2');
        response.send(Buffer.from('12'));
      },
      'HTTP/1.1 404 Not Found\r\nx-a: 2\r\ncontent-length: 2\r\n\r\n12',
    ],
    'another length': [
      ({ response }) => {
        response.headers.set('x-a', '1');
        response.send(Buffer.from('123'));
      },
      'HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 3\r\n\r\n123',
    ],
    two: [
      ({ response }) => {
        response.headers.set('x-a', '1');
        response.headers.set('x-b', '1');
        response.send(Buffer.from('12'));
      },
      'HTTP/1.1 200 OK\r\nx-a: 1\r\nx-b: 1\r\ncontent-length: 2\r\n\r\n12',
    ],
  };
  const names = Object.keys(answers);

  it.each(names)('%s: it is the same each time, also between others', async (name) => {
    const order = names.flatMap((other) => [name, name, name, other, other]);
    const rest = [...order];
    const harness = serve((context) => answers[rest.shift()!]![0](context));
    harness.receive(head('GET').repeat(order.length));
    const expected = order.map((each) => answers[each]![1]).join('');
    await until(() => harness.sent().length >= expected.length);
    expect(harness.sent()).toBe(expected);
  });

  it('the last one says that the connection closes', async () => {
    const harness = serve(answers['one']![0]);
    const last = head('GET').replace('Host', 'Connection: close\r\nHost');
    harness.receive(head('GET').repeat(3) + last);
    await settled();
    const expected = answers['one']![1];
    const closing = expected.replace('content-length', 'connection: close\r\ncontent-length');
    expect(harness.sent()).toBe(expected.repeat(3) + closing);
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
  ])('%s: 500, and the connection stays', async (_name, handler) => {
    const harness = serve(handler);
    harness.receive(get());
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n');
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

describe('response splitting is not possible (RFC 9110 5.5)', () => {
  it.each(['a\r\nb: c', 'a\nb', 'a\rb', 'a\0b', ' a', 'a ', 'a\u0100', '\u007f'])(
    'value %j is refused',
    async (value) => {
      const harness = serve((context) => context.response.headers.set('x', value));
      harness.receive(get());
      await settled();
      expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_FIELD_VALUE_INVALID' }]);
      expect(harness.sent()).toMatch(/^HTTP\/1\.1 500 /);
    },
  );

  it.each(['a b', 'a:', '', 'a\r\n', 'é', '(a)'])('name %j is refused', async (name) => {
    const harness = serve((context) => context.response.headers.set(name, 'x'));
    harness.receive(get());
    await settled();
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_FIELD_NAME_INVALID' }]);
  });

  it('a reason phrase with a line break is refused', async () => {
    const harness = serve((context) => {
      context.response.reasonPhrase = 'OK\r\nx: y';
    });
    harness.receive(get());
    await settled();
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_REASON_PHRASE_INVALID' }]);
  });

  it.each([100, 101, 199, 1000, 99, 200.5, Number.NaN])('status %d is refused', async (status) => {
    const harness = serve((context) => {
      context.response.statusCode = status;
    });
    harness.receive(get());
    await settled();
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_STATUS_INVALID' }]);
  });
});

describe('Date and Server', () => {
  it('both are sent, Date is made once a second', async () => {
    const harness = serve(() => {}, { dateHeader: true, serverHeader: 'windhover' });
    harness.receive(get());
    harness.seconds(1);
    harness.receive(get());
    const date = (second: string): string => `date: Fri, 02 Jan 2026 03:04:${second} GMT\r\nserver: windhover\r\n`;
    expect(harness.sent()).toBe(
      `HTTP/1.1 200 OK\r\n${date('05')}content-length: 0\r\n\r\nHTTP/1.1 200 OK\r\n${date('06')}content-length: 0\r\n\r\n`,
    );
  });

  it('those of the application take their place', async () => {
    const harness = serve(
      ({ response }) => {
        response.headers.set('Server', 'mine');
        response.headers.set('Date', 'now');
      },
      { dateHeader: true, serverHeader: 'windhover' },
    );
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\nServer: mine\r\nDate: now\r\ncontent-length: 0\r\n\r\n');
  });
});

describe('callbacks of a response', () => {
  it('onStarting runs before the head, last first, and may change it; onCompleted after, last first', async () => {
    const order: string[] = [];
    const harness = serve(({ response }) => {
      response.onStarting(() => {
        order.push('starting 1');
        response.headers.set('x', 'late');
      });
      response.onStarting(() => void order.push('starting 2'));
      response.onCompleted(() => void order.push('completed 1'));
      response.onCompleted(() => void order.push('completed 2'));
    });
    harness.receive(get());
    expect(harness.sent()).toContain('x: late\r\n');
    expect(order).toEqual(['starting 2', 'starting 1', 'completed 2', 'completed 1']);
  });

  it('clear takes back all but the callbacks, as long as nothing was sent', () => {
    const harness = serve((context) => {
      const { response } = context;
      response.onStarting(() => response.headers.set('x-outer', '1'));
      response.statusCode = 201;
      response.reasonPhrase = 'Made';
      response.headers.set('x-inner', '1');
      body(context).write('gone');
      response.clear();
      return response.send('instead');
    });
    harness.receive(get());
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*x-outer: 1\r\n.*\r\n\r\ninstead$/s);
    expect(harness.sent()).not.toMatch(/x-inner|gone/);
  });

  it('the response to an error has the fields of onStarting with alsoOnError, once, and no others', () => {
    const harness = serve(({ response }) => {
      response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
      response.onStarting(() => response.headers.set('x-success', '1'));
      throw new Error('failed');
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\nx-every: 1\r\ncontent-length: 0\r\n\r\n');
  });

  it('an onStarting callback with alsoOnError that throws: 500 without its fields', () => {
    const harness = serve(({ response }) => {
      response.onStarting(
        () => {
          throw new Error('starting');
        },
        { alsoOnError: true },
      );
      response.send('x');
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n');
  });

  it.each<[failure: string, fail: (context: HttpContext) => void]>([
    [
      'a callback that runs after them throws',
      ({ response }) => {
        // Registered first, so it runs last.
        response.onStarting(() => {
          throw new Error('starting');
        });
        response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
      },
    ],
    [
      'the content does not fit the declared length',
      ({ response }) => {
        response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
        response.headers.set('content-length', '2');
      },
    ],
  ])('callbacks with alsoOnError that have run, run again for the response to an error when %s', (_failure, fail) => {
    const harness = serve((context) => {
      fail(context);
      context.response.send('x');
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\nx-every: 1\r\ncontent-length: 0\r\n\r\n');
  });

  it('every callback with alsoOnError throws: 500, and each error is reported', () => {
    const harness = serve(({ response }) => {
      for (const number of [1, 2, 3]) {
        const fail = (): never => {
          throw new Error(`starting ${number}`);
        };
        response.onStarting(fail, { alsoOnError: true });
      }
      response.send('x');
    });
    harness.receive(get() + get('/second'));
    expect(harness.sent().match(/HTTP\/1\.1 500 Internal Server Error\r\ncontent-length: 0/g)).toHaveLength(2);
    expect(harness.applicationErrors).toHaveLength(6);
  });

  it('an error in onStarting is a 500; one in onCompleted is only reported', async () => {
    const harness = serve(({ request, response }) => {
      if (request.path === '/starting') {
        response.onStarting(() => {
          throw new Error('starting');
        });
      }
      response.onCompleted(() => {
        throw new Error('completed');
      });
      response.onCompleted(() => Promise.reject(new Error('completed later')));
    });
    harness.receive(get('/starting'));
    harness.receive(get('/'));
    await settled();
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 500 [^]*HTTP\/1\.1 200 OK/);
    const messages = harness.applicationErrors.map((error) => (error as Error).message).toSorted();
    expect(messages).toEqual(['completed', 'completed', 'completed later', 'completed later', 'starting']);
  });
});

describe('informational responses (RFC 9110 15.2)', () => {
  it('103 comes before the response', async () => {
    const harness = serve((context) => {
      context.features.require(HttpInformationalFeature).sendInformational(103, [['Link', '</a.css>; rel=preload']]);
      context.response.send('x');
    });
    harness.receive(get());
    expect(harness.sent()).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200/,
    );
  });

  it.each([100, 101, 200, 99])('%d cannot be sent so', async (status) => {
    const harness = serve((context) =>
      context.features.require(HttpInformationalFeature).sendInformational(status, []),
    );
    harness.receive(get());
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_INFORMATIONAL_INVALID' }]);
  });

  it('not after the head, and not to HTTP/1.0', async () => {
    const harness = serve((context) => {
      expect(context.features.get(HttpInformationalFeature) === undefined).toBe(
        context.request.protocol === 'HTTP/1.0',
      );
      body(context).write('x');
      body(context).start();
      context.features.get(HttpInformationalFeature)?.sendInformational(103, []);
    });
    harness.receive(get());
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_INFORMATIONAL_INVALID' }]);
    const old = serve((context) => {
      expect(context.features.get(HttpInformationalFeature)).toBeUndefined();
    });
    old.receive('GET / HTTP/1.0\r\n\r\n');
    expect(old.applicationErrors).toEqual([]);
  });
});

describe('one write for each batch of received bytes', () => {
  it('pipelined requests are answered in order, in one write', () => {
    const harness = serve(({ request, response }) => response.send(request.target));
    harness.receive(get('/1') + get('/2') + get('/3'));
    expect(harness.connection.sentChunks).toHaveLength(1);
    expect(harness.sent().match(/(?<=\r\n\r\n)\/\d/g)).toEqual(['/1', '/2', '/3']);
  });

  it('the same for async handlers that have nothing to wait for', async () => {
    const harness = serve(async ({ request, response }) => {
      await Promise.resolve();
      response.send(request.target);
    });
    harness.receive(get('/1') + get('/2') + get('/3'));
    await settled();
    expect(harness.connection.sentChunks).toHaveLength(1);
    expect(harness.sent().match(/(?<=\r\n\r\n)\/\d/g)).toEqual(['/1', '/2', '/3']);
  });

  it('large content is not copied into text, and order is kept', async () => {
    const large = Buffer.alloc(100_000, 'x');
    const harness = serve(({ response }) => response.send(large));
    harness.receive(get() + get());
    await settled();
    const bodies = harness.connection.sentChunks.filter((chunk) => chunk.length === large.length);
    expect(bodies).toHaveLength(2);
    expect(harness.sent().length).toBeGreaterThan(200_000);
  });
});

describe('streams as content', () => {
  it.each([
    ['Node', () => Readable.from(['a', 'bc'])],
    ['web', () => new ReadableStream({ start: (c) => (c.enqueue('a'), c.enqueue('bc'), c.close()) })],
  ])('a %s stream is sent chunk by chunk', async (_name, make) => {
    const harness = serve(({ response }) => response.send(make() as AsyncIterable<string>));
    harness.receive(get());
    await settled();
    await settled();
    expect(harness.sent()).toMatch(/\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n$/);
  });

  it('a peer that does not read makes the stream wait, and one that goes ends it', async () => {
    let produced = 0;
    let isClosed = false;
    const harness = serve(async ({ response }) => {
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            produced++;
            yield Buffer.alloc(10_000);
          }
        } finally {
          isClosed = true;
        }
      };
      await response.send(endless());
    });
    harness.connection.takesMore = false;
    harness.receive(get());
    await settled();
    await settled();
    const before = produced;
    expect(before).toBeLessThan(4);
    harness.connection.receiver.drained();
    await settled();
    expect(produced).toBeGreaterThan(before);
    harness.connection.close(new Error('gone'));
    await settled();
    expect(isClosed).toBe(true);
    expect(harness.applicationErrors).toEqual([]);
  });
});
