import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { ServerContext, fallThrough, fetchHandler, installFastResponse, protocolMarker } from '../src/index.ts';
import { type Parts, get, start, statusOf } from './handler-object.ts';
import { Hosted } from './hosted.ts';

describe('the handler object', () => {
  it('is marked by Symbol.for("wintertc.server.protocol")', () => {
    expect(protocolMarker).toBe(Symbol.for('wintertc.server.protocol'));
    expect(fallThrough).toBe(Symbol.for('wintertc.server.fallthrough'));
  });

  it('another version is refused: APP_FETCH_PROTOCOL_UNKNOWN', () => {
    const handler = { [protocolMarker]: 2, fetch: () => new Response() };
    expect(() => fetchHandler(handler as never)).toThrow(
      expect.objectContaining({ code: 'APP_FETCH_PROTOCOL_UNKNOWN' }),
    );
  });

  it('without the marker fetch receives a Request', async () => {
    await using server = await Hosted.start({
      fetch: (request: Request) => new Response(String(request instanceof Request)),
    });
    expect(await server.exchange(get)).toMatch(/true$/);
  });

  it('keeps its `this`, and fetch receives a ServerContext alone', async () => {
    const handler = {
      [protocolMarker]: 1 as const,
      name: 'shop',
      fetch(...parameters: unknown[]) {
        return new Response(`${this.name} ${parameters.length} ${parameters[0] instanceof ServerContext}`);
      },
    };
    await using server = await Hosted.start(handler);
    expect(await server.exchange(get)).toMatch(/shop 1 true$/);
  });
});

describe('ServerContext', () => {
  it('facts of the request and of its connection', async () => {
    let seen: unknown;
    await using server = await start({
      fetch: (context) => {
        seen = {
          isRequest: context.request instanceof Request,
          isSame: context.request === context.request,
          url: context.request.url,
          alpnProtocol: context.alpnProtocol,
          encrypted: context.encrypted,
          serverName: context.serverName,
          remoteAddress: context.remoteAddress,
          clientPriority: context.clientPriority,
          serverPriority: context.serverPriority,
          onpriority: context.onpriority,
          autoContinue: context.autoContinue,
        };
        return new Response('');
      },
    });
    await server.exchange(get.replace('Host', 'Priority: u=5, i\r\nHost'));
    expect(seen).toEqual({
      isRequest: true,
      isSame: true,
      url: 'http://a/path',
      alpnProtocol: 'http/1.1',
      encrypted: false,
      serverName: null,
      remoteAddress: { address: '', port: 0, family: 'IPv4' },
      clientPriority: { urgency: 5, incremental: true },
      serverPriority: null,
      onpriority: null,
      autoContinue: true,
    });
  });

  it.each<[field: string, urgency: number, incremental: boolean]>([
    ['', 3, false],
    ['Priority: u=0\r\n', 0, false],
    ['Priority: i, u=7\r\n', 7, true],
    ['Priority: i=?0\r\n', 3, false],
    ['Priority: u=9, xi\r\n', 3, false],
  ])('clientPriority of %j', async (field, urgency, incremental) => {
    await using server = await start({ fetch: ({ clientPriority }) => Response.json(clientPriority) });
    const answer = await server.exchange(get.replace('Host', `${field}Host`));
    expect(answer.endsWith(JSON.stringify({ urgency, incremental }))).toBe(true);
  });

  it('sendInformational sends 103 before the response', async () => {
    await using server = await start({
      fetch: (context) => {
        context.sendInformational(103, { link: '</a.css>; rel=preload' });
        return new Response('done');
      },
    });
    expect(await server.exchange(get)).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 /i,
    );
  });

  it.each<[what: string, misuse: (context: ServerContext) => void, name: string]>([
    ['101', (context) => context.sendInformational(101), 'RangeError'],
    ['200', (context) => context.sendInformational(200), 'RangeError'],
    ['100 without Expect', (context) => context.sendInformational(100), 'InvalidStateError'],
    ['deny after 103', (context) => (context.sendInformational(103), context.deny()), 'InvalidStateError'],
    ['fall-through of an ordinary request', (context) => context.deny(fallThrough), 'InvalidStateError'],
  ])('%s throws', async (_what, misuse, name) => {
    await using server = await start({
      fetch: (context) => {
        try {
          misuse(context);
          return new Response('nothing thrown');
        } catch (error) {
          return new Response((error as Error).name);
        }
      },
    });
    expect((await server.exchange(get)).endsWith(name)).toBe(true);
  });

  it('deny over HTTP/1.1: 503, and the connection closes', async () => {
    await using server = await start({ fetch: (context) => context.deny() });
    const answer = await server.exchange(get.replace('Connection: close\r\n', ''));
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*connection: close/i);
    expect(server.errors).toEqual([]);
  });

  it.each([
    [undefined, 7],
    ['ERR_HTTP_REQUEST_CANCELLED', 8],
    ['ERR_HTTP_INTERNAL_ERROR', 2],
    ['ERR_HTTP_CONNECT_ERROR', 10],
    ['ERR_OTHER', 7],
  ])('deny over HTTP/2 with the code %s resets the stream with %i', async (code, expected) => {
    await using server = await start({ fetch: (context) => context.deny(code && { code }) });
    const stream = server.session().request({ ':path': '/' });
    stream.on('error', () => {});
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.rstCode).toBe(expected);
    expect(server.errors).toEqual([]);
  });

  it('deny with ERR_HTTP_GOAWAY ends the connection as well', async () => {
    await using server = await start({ fetch: (context) => context.deny({ code: 'ERR_HTTP_GOAWAY' }) });
    const session = server.session();
    session.request({ ':path': '/' }).on('error', () => {});
    await expect(once(session, 'goaway')).resolves.toBeDefined();
  });

  it('completed: fulfilled when the response was handed over, rejected when the client goes', async () => {
    const outcomes: unknown[] = [];
    const reached = deferred();
    await using server = await start({
      fetch: (context) => {
        const { completed } = context;
        completed.then(
          () => outcomes.push('completed'),
          (error: unknown) => outcomes.push(Reflect.get(error as object, 'code')),
        );
        outcomes.push(completed === context.completed);
        if (context.request.url.endsWith('/path')) return new Response('done');
        reached.resolve();
        return new Promise<never>(() => {});
      },
    });
    await server.exchange(get);
    expect(outcomes).toEqual([true, 'completed']);
    const client = server.connect();
    client.on('error', () => {});
    client.write(get.replace('/path', '/other'));
    await reached.promise;
    client.destroy(new Error('gone'));
    await until(() => outcomes.length === 4);
    expect(outcomes.slice(2)).toEqual([true, 'ERR_HTTP_CONNECTION_RESET']);
  });
});

describe('failures', () => {
  const failure = new Error('boom');
  const fail = (): never => {
    throw failure;
  };

  it.each<[what: string, parts: Parts, status: string, errors: readonly unknown[]]>([
    ['fetch throws', { fetch: fail }, '500', [failure]],
    ['fetch rejects', { fetch: () => Promise.reject(failure) }, '500', [failure]],
    ['fetch returns nothing', { fetch: () => undefined }, '500', [expect.any(TypeError)]],
    ['fetch returns no Response', { fetch: () => 'text' as never }, '500', [expect.any(TypeError)]],
    ['error answers', { fetch: fail, error: () => new Response('', { status: 418 }) }, '418', []],
    ['error denies', { fetch: fail, error: (context) => context.deny() }, '503', []],
    ['error returns nothing', { fetch: fail, error: () => undefined }, '500', [failure]],
    ['error throws', { fetch: () => Promise.reject(new Error('first')), error: fail }, '500', [failure]],
    [
      'a Response after deny',
      { fetch: (context) => (context.deny(), new Response('')), error: () => new Response('never') },
      '503',
      [expect.any(TypeError)],
    ],
  ])('%s', async (_what, parts, status, errors) => {
    await using server = await start(parts);
    expect(statusOf(await server.exchange(get))).toBe(status);
    expect(server.errors).toEqual(errors);
  });
});

describe('requests for which there is no Request', () => {
  it.each([
    ['the method TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n', '405'],
    ['a method in lower case', 'post / HTTP/1.1\r\nHost: a\r\n', '501'],
    ['a Host that the URL parser refuses', 'GET / HTTP/1.1\r\nHost: a:99999\r\n', '400'],
  ])('%s: is refused, and no error of the application', async (_what, head, status) => {
    await using server = await start({ fetch: ({ request }) => new Response(request.url) });
    expect(statusOf(await server.exchange(`${head}Connection: close\r\n\r\n`))).toBe(status);
    expect(server.errors).toEqual([]);
  });
});

it('a Response of the platform is sent, also after installFastResponse', async () => {
  const response = new Response('of the platform');
  onTestFinished(installFastResponse());
  await using server = await start({ fetch: () => response });
  expect(await server.exchange(get)).toMatch(/of the platform/);
  expect(server.errors).toEqual([]);
});
