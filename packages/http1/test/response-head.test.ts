import { type HttpContext, HttpInformationalFeature, HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { get, serve, settled } from './support/exchange-harness.ts';

type Handler = (context: HttpContext) => void | Promise<void>;

const head = (method: string, version = '1.1'): string => `${method} / HTTP/${version}\r\nHost: a\r\n\r\n`;
const body = (context: HttpContext): HttpResponseBodyFeature => context.features.require(HttpResponseBodyFeature);

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
