import { format } from 'node:util';
import {
  BadHttpRequestError,
  HttpProblem,
  type HttpContext,
  HttpUpgradeFeature,
  type RequestDelegate,
} from '@windhover/http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { type ExceptionPageOptions, exceptionPage, sendProblem } from '../src/index.ts';

/** A handler with the page around it, and the errors that `onError` has received. */
const serving = (
  handler: RequestDelegate,
  options: ExceptionPageOptions = {},
): { http: MemoryHttp; told: unknown[] } => {
  const told: unknown[] = [];
  const page = exceptionPage({ onError: (error) => void told.push(error), ...options });
  return { http: MemoryHttp.of([page], handler), told };
};

const failure = Object.assign(new Error('the secret of the handler'), { code: 'SECRET' });

const fail = (): never => {
  throw failure;
};

const failLater = async (): Promise<void> => {
  await Promise.resolve();
  fail();
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('RFC 9457 problem details', () => {
  it.each<[title: string, handler: RequestDelegate]>([
    ['thrown', fail],
    ['rejected', failLater],
  ])('an error that is %s: 500, and nothing of the error', async (_title, handler) => {
    const { http, told } = serving(handler);
    const answer = await http.get('/x?y', 'Accept: text/html\r\n');
    expect(answer.status).toBe(500);
    expect(answer.fields).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(JSON.parse(answer.content)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      traceId: expect.stringMatching(/:00000001$/) as string,
    });
    expect(told).toEqual([failure]);
    expect(http.applicationErrors).toEqual([]);
  });

  it('HEAD: the same fields, without content', async () => {
    const { http } = serving(fail);
    const [get, head] = await Promise.all([http.get('/'), http.answer('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n')]);
    expect(head.content).toBe('');
    expect(Object.keys(head.fields)).toEqual(Object.keys(get.fields));
  });

  it.each([
    ['throws', fail],
    ['rejects', failLater],
  ])('onError that %s: its error is passed to the server', async (_how, onError) => {
    const { http } = serving(
      () => {
        throw new Error('of the handler');
      },
      { onError },
    );
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toEqual([failure]);
  });

  it('waits for an async onError', async () => {
    const told: unknown[] = [];
    const { http } = serving(fail, {
      onError: async (error) => {
        await turns(1);
        told.push(error);
      },
    });
    expect((await http.get('/', 'Accept: application/json\r\n')).status).toBe(500);
    expect(told).toEqual([failure]);
    expect(http.applicationErrors).toEqual([]);
  });

  it('the connection stays', async () => {
    const { http } = serving(({ request, response }) => (request.path === '/' ? response.send('well') : fail()));
    const sent = await http.exchange('GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(sent).toMatch(/^HTTP\/1\.1 500 .*HTTP\/1\.1 200 OK.*well$/s);
  });

  it('customize changes them', async () => {
    const { http } = serving(fail, {
      customize: (problem, error, context) => ({
        ...problem,
        type: 'https://example.com/problems/failed',
        code: (error as { code: string }).code,
        path: context.request.path,
      }),
    });
    const { content } = await http.get('/x');
    expect(JSON.parse(content)).toMatchObject({
      type: 'https://example.com/problems/failed',
      code: 'SECRET',
      path: '/x',
    });
  });
});

describe('the response of the handler before its error', () => {
  it.each<[title: string, handler: RequestDelegate]>([
    [
      'status, reason and fields',
      ({ response }) => {
        response.statusCode = 201;
        response.reasonPhrase = 'Mine';
        response.headers.set('x-secret', '1');
        response.headers.append('set-cookie', 'a=1');
        response.headers.append('set-cookie', 'b=2');
        fail();
      },
    ],
    [
      'content that has not left',
      ({ response }) => {
        void response.write('half of the secret');
        fail();
      },
    ],
    [
      'a length',
      ({ response }) => {
        response.headers.set('content-length', 3);
        fail();
      },
    ],
  ])('is discarded: %s', async (_title, handler) => {
    const { http } = serving(handler);
    const sent = await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(sent).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(sent).not.toMatch(/secret|set-cookie|Mine/);
    expect(JSON.parse(sent.split('\r\n\r\n')[1]!)).toMatchObject({ status: 500 });
  });
});

describe('the status of an error', () => {
  const withStatus = (members: object): Error => Object.assign(new Error('with status'), members);

  it.each<[title: string, error: unknown, status: number]>([
    ['BadHttpRequestError', new BadHttpRequestError('X', 413, 'too large'), 413],
    ['status 404', withStatus({ status: 404 }), 404],
    ['statusCode 409', withStatus({ statusCode: 409 }), 409],
    ['both', withStatus({ status: 200, statusCode: 410 }), 410],
    ['no error, but a status', { status: 418 }, 418],
    ['status 503', withStatus({ status: 503 }), 503],
    ['status 399', withStatus({ status: 399 }), 500],
    ['status as text', withStatus({ status: '404' }), 500],
    ['status 404.5', withStatus({ status: 404.5 }), 500],
    ['no object', 404, 500],
    ['null', null, 500],
    ['undefined', undefined, 500],
  ])('%s', async (_title, error, status) => {
    const { http, told } = serving(() => {
      throw error;
    });
    const answer = await http.get('/');
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.content)).toMatchObject({ status });
    expect(answer.content).not.toContain('with status');
    expect(told).toEqual([error]);
  });

  it('an HttpProblem: its parts and its fields', async () => {
    const { http } = serving(() => {
      throw new HttpProblem(429, { detail: 'wait', fields: { 'retry-after': 5 }, extensions: { quota: 10 } });
    });
    const answer = await http.get('/');
    expect(answer).toMatchObject({ status: 429, fields: { 'retry-after': '5' } });
    expect(JSON.parse(answer.content)).toMatchObject({ status: 429, detail: 'wait', quota: 10 });
  });

  it.each<[title: string, request: string, status: number]>([
    ['content above the limit', 'Content-Length: 2000\r\n\r\n', 413],
    ['malformed chunks', 'Transfer-Encoding: chunked\r\n\r\nx\r\n', 400],
  ])('while reading: %s, and the connection ends', async (_title, request, status) => {
    const { http, told } = serving(async ({ request, response }) => response.send(await request.bytes()));
    const answer = await http.answer(`POST / HTTP/1.1\r\nHost: a\r\n${request}`);
    expect(answer).toMatchObject({ status, fields: { connection: 'close' } });
    expect(JSON.parse(answer.content)).toMatchObject({ status });
    expect(told).toMatchObject([{ status }]);
  });
});

describe('errors that cannot be answered go to the server', () => {
  it('a response that has started', async () => {
    const { http, told } = serving(async ({ response }) => {
      void response.write('half');
      await new Promise((resolve) => setImmediate(resolve));
      fail();
    });
    const sent = await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(sent).toMatch(/^HTTP\/1\.1 200 OK.*half\r\n$/s);
    expect(http.applicationErrors).toEqual([failure]);
    expect(told).toEqual([]);
  });

  it('an aborted request', async () => {
    const { http, told } = serving(async (context) => {
      context.abort();
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      throw context.signal.reason;
    });
    expect(await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
    expect(http.applicationErrors).toEqual([]);
    expect(told).toEqual([]);
  });

  it('the error of a handler that stopped because the client has ended its side', async () => {
    const { http, told } = serving(async ({ signal }) => {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw signal.reason;
    });
    expect(await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
    expect(http.applicationErrors).toEqual([]);
    expect(told).toEqual([]);
  });

  it('a connection that was upgraded, on which nothing is written', async () => {
    const { http, told } = serving((context) => {
      const tunnel = context.features.require(HttpUpgradeFeature).upgrade('echo');
      tunnel.start({ received: () => {}, drained: () => {}, ended: () => tunnel.end(), closed: () => {} });
      tunnel.write('tunnelled');
      fail();
    });
    const sent = await http.exchange('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    // The tunnel has failed with its handler: it is reset, which may overtake the bytes on the way.
    expect(sent).not.toContain('500');
    expect(http.applicationErrors).toEqual([failure]);
    expect(told).toEqual([]);
  });

  it('what onError throws', async () => {
    const worse = new Error('worse');
    const { http } = serving(fail, {
      onError: () => {
        throw worse;
      },
    });
    expect((await http.get('/')).status).toBe(500);
    expect(http.applicationErrors).toEqual([worse]);
  });
});

describe('onError by default', () => {
  it.each<[title: string, error: Error, lines: number]>([
    ['an error of the application: a line on stderr', failure, 1],
    ['a fault of the request: nothing', new BadHttpRequestError('X', 400, 'bad'), 0],
  ])('%s', async (_title, error, lines) => {
    const write = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await MemoryHttp.of([exceptionPage()], () => {
      throw error;
    }).get('/');
    expect(write.mock.calls).toEqual(lines === 0 ? [] : [['windhover: the application failed:', error]]);
  });
});

describe('without an error', () => {
  it('the response of the handler is sent', async () => {
    const { http, told } = serving(({ response }) => response.send('well'));
    expect(await http.get('/')).toMatchObject({ status: 200, content: 'well' });
    expect(told).toEqual([]);
  });

  it('returns no promise if the rest of the pipeline returns none', () => {
    expect(exceptionPage()({} as HttpContext, () => undefined)).toBeUndefined();
  });
});

describe('sendProblem', () => {
  it('answers with the given members, and fills in the others', async () => {
    const http = new MemoryHttp((context) =>
      sendProblem(context, { status: 409, detail: 'the order has been sent', instance: '/orders/7', order: 7 }),
    );
    const answer = await http.get('/');
    expect(answer).toMatchObject({ status: 409, fields: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.content)).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      detail: 'the order has been sent',
      instance: '/orders/7',
      order: 7,
      traceId: expect.any(String) as string,
    });
  });

  it.each([
    [418, 'Client Error'],
    [499, 'Client Error'],
    [599, 'Server Error'],
  ])('RFC 9110 15: a status without a registered phrase, %i, has the title of its class', async (status, title) => {
    const http = new MemoryHttp((context) => sendProblem(context, { status }));
    expect(JSON.parse((await http.get('/')).content)).toMatchObject({ status, title });
    expect(new HttpProblem(status).message).toBe(title);
  });
});

describe.each([['undefined', () => undefined] as const, ...hostileValues])(
  'a handler that throws %s',
  (_name, make) => {
    it.each<[title: string, options: ExceptionPageOptions, accept: string]>([
      ['problem details', {}, ''],
      ['a page', { details: true }, 'text/html'],
      ['a text', { details: true }, 'text/plain'],
      ['problem details with the error', { details: true }, 'application/json'],
    ])('is answered with %s, and the connection stays', async (_title, options, accept) => {
      vi.spyOn(console, 'error').mockImplementation((...values) => void format(...values));
      const handler: RequestDelegate = () => {
        throw make();
      };
      const http = MemoryHttp.of([exceptionPage(options)], handler);
      const request = `GET / HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\n\r\n`;
      const answers = await http.exchange(request + request);
      expect(answers.match(/HTTP\/1\.1 500 /g)).toHaveLength(2);
      expect(http.applicationErrors).toEqual([]);
    });
  },
);
