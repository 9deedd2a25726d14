import { describe, expect, it } from 'vitest';
import { until } from '../../../tools/test-support/until.ts';
import { TestServer } from '../src/index.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('raw bytes', () => {
  it('pipelined requests are answered in their order', async () => {
    await using server = await TestServer.start(({ request }) => request.path);
    const connection = server.connect();
    await connection.send(get + get.replace('/ ', '/two '));
    expect(await connection.until('\r\n\r\n/')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await connection.until(/\/t\w+/)).toMatch(/\/two$/);
    expect(connection.received).toMatch(/^HTTP\/1\.1 200[^]*HTTP\/1\.1 200/);
  });

  it('rest: everything until the server closes', async () => {
    await using server = await TestServer.start(() => 'bye');
    const connection = server.connect();
    await connection.send(get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    expect(await connection.rest()).toMatch(/bye$/);
    connection.halfClose();
    expect(await connection.closed).toBeUndefined();
  });

  it('text that does not arrive: the error shows the received text', async () => {
    await using server = await TestServer.start(() => 'never');
    const connection = server.connect();
    await connection.send('NOT HTTP\r\n\r\n');
    await expect(connection.until('hello')).rejects.toMatchObject({
      code: expect.stringMatching(/^TESTING_/) as string,
      message: expect.stringContaining('HTTP/1.1 400') as string,
    });
  });

  it('fetch on one connection: requests share it', async () => {
    await using server = await TestServer.start(({ traceIdentifier }) => traceIdentifier.split(':')[0]!);
    const connection = server.connect();
    const ids = [await connection.fetch('/'), await connection.fetch('/')];
    expect(new Set(await Promise.all(ids.map((response) => response.text()))).size).toBe(1);
  });

  it('a second fetch while the first one runs on an HTTP/1.1 connection: TESTING_BUSY', async () => {
    await using server = await TestServer.start(() => new Promise(() => {}));
    const connection = server.connect();
    const first = connection.fetch('/');
    await expect(connection.fetch('/')).rejects.toMatchObject({ code: 'TESTING_BUSY' });
    connection.drop();
    await expect(first).rejects.toMatchObject({ code: 'TESTING_CONNECTION_CLOSED' });
  });

  it('prior knowledge of HTTP/2: many requests on one connection', async () => {
    await using server = await TestServer.start(({ traceIdentifier }) => traceIdentifier);
    const connection = server.connect({ protocol: 'h2' });
    const answers = await Promise.all([1, 2, 3].map(async () => (await connection.fetch('/')).text()));
    expect(new Set(answers.map((id) => id.split(':')[0])).size).toBe(1);
    expect(new Set(answers).size).toBe(3);
  });
});

describe('faults', () => {
  it('drop: the signal of the request aborts', async () => {
    let isReached = false;
    let isGone = false;
    await using server = await TestServer.start(({ signal }) => {
      isReached = true;
      signal.addEventListener('abort', () => (isGone = true));
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    });
    const connection = server.connect();
    await connection.send(get);
    await until(() => isReached);
    connection.drop();
    await expect(until(() => isGone)).resolves.toBeUndefined();
  });

  it('halfClose: the request is still answered', async () => {
    await using server = await TestServer.start(() => 'answered');
    const connection = server.connect();
    await connection.send(get);
    connection.halfClose();
    expect(await connection.rest()).toMatch(/answered$/);
  });

  it('stall: the server stops sending until resume', async () => {
    const size = 1_000_000;
    await using server = await TestServer.start(() => new Uint8Array(size));
    const connection = server.connect();
    connection.stall();
    await connection.send(get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    await server.clock.advance(0);
    expect(connection.received).toBe('');
    connection.resume();
    expect((await connection.rest()).length).toBeGreaterThan(size);
  });

  it('slow: bytes arrive at the rate of the clock', async () => {
    await using server = await TestServer.start(async ({ request }) => await request.text());
    const connection = server.connect();
    connection.slow(50);
    const content = 'x'.repeat(100);
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${content.length}\r\n\r\n`;
    void connection.send(head + content);
    await server.clock.advance(2000);
    expect(connection.received).toBe('');
    await server.clock.advance(8000);
    expect(connection.received).toContain(content);
  });

  it('slow and stall: nothing is received until resume', async () => {
    await using server = await TestServer.start(() => 'x'.repeat(300));
    const connection = server.connect();
    connection.slow(100);
    void connection.send(get);
    await server.clock.advance(2000);
    const before = connection.received.length;
    expect(before).toBeGreaterThan(0);
    connection.stall();
    await server.clock.advance(3000);
    expect(connection.received).toHaveLength(before);
    connection.resume();
    await server.clock.advance(6000);
    expect(connection.received).toMatch(/x{300}$/);
  });

  it('slow at first: what is sent later follows what waits', async () => {
    await using server = await TestServer.start(async ({ request }) => await request.text());
    const connection = server.connect();
    connection.slow(10);
    void connection.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n');
    connection.slow(Infinity);
    void connection.send('ok');
    await server.clock.advance(1000);
    expect(connection.received).toMatch(/\r\n\r\nok$/);
  });

  it('slow: a request below the minimum data rate is refused', async () => {
    await using server = await TestServer.start(async ({ request }) => await request.text());
    const connection = server.connect();
    connection.slow(100);
    void connection.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(100_000)}`);
    await server.clock.advance(20_000);
    expect(server.log.map(({ details }) => details['code'])).toContain('HTTP1_REQUEST_BODY_TIMEOUT');
  });
});
