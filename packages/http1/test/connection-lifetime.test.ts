import { ConnectionError } from '@windhover/connections';
import { type HttpContext, HttpRequestLifetimeFeature, HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get, serve, settled } from './support/exchange-harness.ts';

const ok = (): void => {};
const count = (sent: string): number => sent.match(/HTTP\/1\.1 \d/g)?.length ?? 0;

const never = (): Promise<void> => new Promise(() => {});

describe('keep-alive (RFC 9112 9.3)', () => {
  it.each([
    ['HTTP/1.1', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', true, ''],
    ['HTTP/1.1 close', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', false, 'connection: close'],
    [
      'HTTP/1.1 Close in a list',
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: x , CLOSE\r\n\r\n',
      false,
      'connection: close',
    ],
    ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', false, 'connection: close'],
    ['HTTP/1.0 keep-alive', 'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n', true, 'connection: keep-alive'],
    [
      'HTTP/1.0 keep-alive and close',
      'GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n',
      false,
      'connection: close',
    ],
  ])('%s', (_name, request, stays, field) => {
    const harness = serve(ok);
    harness.receive(request);
    expect(harness.sent()).toContain(field);
    expect(harness.sent().includes('connection:')).toBe(field !== '');
    expect(harness.connection.hasEnded).toBe(!stays);
  });

  it('HTTP/1.0: another option of the application does not hide that the connection persists', () => {
    const harness = serve(({ response }) => response.headers.set('Connection', 'x-a'));
    harness.receive('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    expect(harness.sent()).toBe(
      'HTTP/1.1 200 OK\r\nConnection: x-a\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n',
    );
    expect(harness.connection.hasEnded).toBe(false);
  });

  it('a request behind one that closes is not answered', () => {
    const harness = serve(ok);
    harness.receive(get('/', 'Connection: close\r\n') + get());
    harness.receive(get());
    expect(count(harness.sent())).toBe(1);
  });

  it('Connection: close set by the application closes', () => {
    const harness = serve(({ response }) => response.headers.set('Connection', 'close'));
    harness.receive(get());
    expect(harness.sent().match(/connection/gi)).toHaveLength(1);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it.each([
    ['Connection: keep-alive', [['Connection', 'keep-alive']], 'Connection: close\r\n'],
    ['Connection: Keep-Alive', [['connection', 'Keep-Alive']], 'connection: close\r\n'],
    [
      'Keep-Alive with it',
      [
        ['Connection', 'keep-alive'],
        ['Keep-Alive', 'timeout=5'],
      ],
      'Connection: close\r\n',
    ],
    ['keep-alive in a list', [['Connection', 'x-a , keep-alive,x-b']], 'Connection: x-a ,close,x-b\r\n'],
    [
      'two lines',
      [
        ['Connection', 'x-a'],
        ['X-A', '1'],
        ['Connection', 'keep-alive'],
      ],
      'Connection: x-a\r\nX-A: 1\r\nConnection: close\r\n',
    ],
    ['another option', [['Connection', 'x-keep-alive']], 'Connection: x-keep-alive\r\nconnection: close\r\n'],
    ['close beside it', [['Connection', 'close, keep-alive']], 'Connection: close, keep-alive\r\n'],
    ['only Keep-Alive', [['Keep-Alive', 'timeout=5']], 'Keep-Alive: timeout=5\r\nconnection: close\r\n'],
  ])('a last response that offers keep-alive says close instead: %s', (_name, fields, sent) => {
    const harness = serve(
      ({ response }) => {
        for (const [name, value] of fields) response.headers.append(name!, value!);
      },
      { limits: { maxRequestsPerConnection: 1 } },
    );
    harness.receive(get());
    expect(harness.sent()).toBe(`HTTP/1.1 200 OK\r\n${sent}content-length: 0\r\n\r\n`);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('maxRequestsPerConnection: the last response says close', () => {
    const harness = serve(ok, { limits: { maxRequestsPerConnection: 2 } });
    harness.receive(get() + get() + get());
    expect(count(harness.sent())).toBe(2);
    expect(harness.sent().match(/connection: close/g)).toHaveLength(1);
  });
});

describe('half-close: a client that has ended its side still gets its answers', () => {
  it('while the handler runs', async () => {
    const harness = serve(async ({ response }) => {
      await settled();
      response.send('late');
    });
    harness.receive(get());
    harness.connection.receiver.ended();
    expect(harness.connection.hasEnded).toBe(false);
    await settled();
    await settled();
    expect(harness.sent()).toMatch(/late$/);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('pipelined requests, too', async () => {
    const harness = serve(async () => {
      await settled();
    });
    harness.receive(get() + get());
    harness.connection.receiver.ended();
    await settled();
    await settled();
    await settled();
    expect(count(harness.sent())).toBe(2);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('an idle connection just ends', () => {
    const harness = serve(ok);
    harness.receive(get());
    harness.connection.receiver.ended();
    expect(count(harness.sent())).toBe(1);
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.badRequests).toEqual([]);
  });

  it('in the middle of a head: 400', () => {
    const harness = serve(ok);
    harness.receive('GET / HT');
    harness.connection.receiver.ended();
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 400 /);
    expect(harness.badRequests).toMatchObject([{ code: 'HTTP1_REQUEST_INCOMPLETE' }]);
  });
});

describe('refused requests', () => {
  it.each([
    ['400', 'GET / HTTP/1.1\r\n\r\n', ''],
    ['405', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 'allow: OPTIONS\r\n'],
    ['405', 'GET a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 'allow: CONNECT\r\n'],
    ['414', `GET /${'x'.repeat(9000)} HTTP/1.1\r\n`, ''],
    ['431', `GET / HTTP/1.1\r\nHost: a\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`, ''],
    ['501', 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', ''],
    ['505', 'GET / HTTP/3.0\r\nHost: a\r\n\r\n', ''],
  ])('%s: nothing but the status, then the end; what follows is never read', (status, request, allow) => {
    const harness = serve(ok);
    harness.receive(request + get('/smuggled'));
    harness.receive(get('/smuggled'));
    expect(harness.sent()).toMatch(
      new RegExp(`^HTTP/1\\.1 ${status} [^\\r]+\\r\\n${allow}connection: close\\r\\ncontent-length: 0\\r\\n\\r\\n$`),
    );
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.badRequests).toHaveLength(1);
  });

  it('requests before it are answered first, in order', async () => {
    const harness = serve(async ({ request, response }) => {
      await settled();
      response.send(request.target);
    });
    harness.receive(`${get('/a')}${get('/b')}bad\r\n\r\n`);
    for (let i = 0; i < 4; i++) await settled();
    expect(harness.sent()).toMatch(/\/a[^]*\/b[^]*400 Bad Request/);
  });
});

describe('the end of a connection lingers, so that no reset overtakes the response (RFC 9112 9.6)', () => {
  it('bytes that still come are dropped, however many, until requestDrainTimeout', () => {
    const harness = serve(ok, { limits: { maxRequestDrainSize: 100, requestDrainTimeout: 5000 } });
    harness.receive('bad\r\n\r\n');
    for (let second = 0; second < 5; second++) {
      harness.receive('x'.repeat(1000));
      harness.seconds(1);
    }
    expect(harness.connection.isPaused).toBe(false);
    expect([harness.connection.isDisposed, harness.connection.isAborted]).toEqual([false, false]);
    harness.seconds(1);
    expect([harness.connection.isDisposed, harness.connection.isAborted]).toEqual([true, false]);
  });

  it('bytes are read and dropped while the peer does not read the last response', () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(100_000)), {
      limits: { maxRequestBufferSize: 2000, maxRequestLineSize: 1000, maxRequestHeadersTotalSize: 1000 },
    });
    harness.connection.takesMore = false;
    harness.receive(get('/', 'Connection: close\r\n') + 'x'.repeat(50_000));
    expect(harness.connection.isPaused).toBe(false);
    harness.receive('x'.repeat(50_000));
    expect(harness.connection.isPaused).toBe(false);
  });

  it('not longer than requestDrainTimeout', () => {
    const harness = serve(ok, { limits: { requestDrainTimeout: 2000 } });
    harness.receive('bad\r\n\r\n');
    harness.seconds(2);
    expect(harness.connection.isDisposed).toBe(false);
    harness.seconds(2);
    expect(harness.connection.isDisposed).toBe(true);
    expect(harness.connection.isAborted).toBe(false);
  });

  it('a peer that is still reading a long response is not hurried', () => {
    const harness = serve(({ response }) => response.send(Buffer.alloc(100_000)), {
      limits: { requestDrainTimeout: 2000 },
    });
    harness.connection.takesMore = false;
    harness.receive(get('/', 'Connection: close\r\n'));
    harness.seconds(60);
    expect(harness.connection.hasEnded).toBe(false);
    harness.connection.receiver.drained();
    expect(harness.connection.hasEnded).toBe(true);
    harness.seconds(4);
    expect(harness.connection.isDisposed).toBe(true);
    expect(harness.connection.isAborted).toBe(false);
  });
});

describe('requestAborted', () => {
  it('fires once, with HTTP_REQUEST_ABORTED, when the peer goes', async () => {
    const reasons: unknown[] = [];
    const harness = serve((context) => {
      context.signal.addEventListener('abort', () => reasons.push(context.signal.reason));
      return never();
    });
    harness.receive(get());
    harness.connection.close(new Error('reset'));
    await settled();
    expect(reasons).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED', cause: { message: 'reset' } }]);
  });

  it('is aborted already for who asks later', async () => {
    let context!: HttpContext;
    const harness = serve((given) => {
      context = given;
      return never();
    });
    harness.receive(get());
    harness.connection.close();
    expect(context.signal.aborted).toBe(true);
  });

  it('does not fire after the response', async () => {
    const signals: AbortSignal[] = [];
    const harness = serve(
      (context) => void signals.push(context.features.require(HttpRequestLifetimeFeature).requestAborted),
    );
    harness.receive(get());
    harness.connection.receiver.ended();
    harness.connection.close();
    await settled();
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
  });

  it('abort() resets the connection', async () => {
    const harness = serve((context) => context.abort());
    harness.receive(get());
    await settled();
    expect(harness.connection.abortReason).toBeInstanceOf(ConnectionError);
  });
});

describe('the server stops', () => {
  it('the response that runs says close, and is the last', async () => {
    const harness = serve(async ({ response }) => {
      await settled();
      response.send('x');
    });
    harness.receive(get() + get());
    harness.requestClose();
    await settled();
    await settled();
    expect(count(harness.sent())).toBe(1);
    expect(harness.sent()).toContain('connection: close');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('an idle connection stays for a moment: a request on its way is answered, with close', () => {
    const harness = serve(ok);
    harness.receive(get());
    harness.requestClose();
    expect(harness.connection.hasEnded).toBe(false);
    harness.receive(get());
    expect(harness.sent()).toMatch(/connection: close/);
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('and ends when none comes', () => {
    const harness = serve(ok);
    harness.requestClose();
    harness.seconds(3);
    expect(harness.connection.hasEnded).toBe(true);
    expect(harness.connection.isAborted).toBe(false);
  });

  it('without a heartbeat an idle connection ends at once', () => {
    const harness = serve(ok, { heartbeat: false });
    harness.receive(get());
    expect(count(harness.sent())).toBe(1);
  });
});

describe('writing to a peer that is gone', () => {
  it('write answers false, drained rejects, end does nothing', async () => {
    const results: unknown[] = [];
    const harness = serve(async (context) => {
      await settled();
      const body = context.features.require(HttpResponseBodyFeature);
      results.push(body.write('x'));
      results.push(await body.drained().catch((error: { code: string }) => error.code));
      body.end();
    });
    harness.receive(get());
    harness.connection.close();
    await settled();
    await settled();
    expect(results).toEqual([false, 'HTTP_REQUEST_ABORTED']);
    expect(harness.sent()).toBe('');
    expect(harness.applicationErrors).toEqual([]);
  });
});
