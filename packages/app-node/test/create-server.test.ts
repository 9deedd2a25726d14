import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
  createServer as createHttpServer,
} from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { type AddressInfo, Server as NetServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { type Duplex, PassThrough } from 'node:stream';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { RawClient } from '../../../tools/test-support/raw-client.ts';
import { until } from '../../../tools/test-support/until.ts';
import module, { type ListenArguments, type NodeServer, createServer } from '../src/index.ts';

const open: NodeServer[] = [];

const serverOf = (...given: Parameters<typeof createServer>): NodeServer => {
  const server = createServer(...given);
  open.push(server);
  return server;
};

const listening = async (server: NodeServer, ...given: ListenArguments): Promise<number> => {
  await once(server.listen(...(given.length === 0 ? ([0, '127.0.0.1'] as ListenArguments) : given)), 'listening');
  const address = server.address();
  return typeof address === 'object' ? (address as AddressInfo).port : 0;
};

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

const hello = serverOf.bind(undefined, (_request, response) => response.end('hello'));

describe('createServer', () => {
  it.each(['node:http', 'this package'])('of %s creates an instance of http.Server and net.Server', (name) => {
    const server: object = name === 'node:http' ? createHttpServer() : serverOf();
    expect([HttpServer, NetServer, HttpsServer].map((each) => server instanceof each)).toEqual([true, true, false]);
  });
});

describe('listen', () => {
  it.each<[string, ListenArguments]>([
    ['port', [0]],
    ['no argument', []],
    ['port and host', [0, '127.0.0.1']],
    ['port, host and backlog', [0, '127.0.0.1', 10]],
    ['a port as text', ['0', '127.0.0.1']],
    ['options', [{ port: 0, host: '127.0.0.1' }]],
    ['localhost', [{ port: 0, host: 'localhost' }]],
  ])('%s', async (_, given) => {
    const server = hello();
    await new Promise<void>((resolve) => void server.listen(...([...given, resolve] as ListenArguments)));
    const { port } = server.address() as AddressInfo;
    expect(server.listening).toBe(true);
    await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).resolves.toBe('hello');
  });

  it('a path is a unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'app-node-'));
    try {
      const server = hello();
      const path = join(folder, 's.sock');
      await listening(server, path);
      expect(server.address()).toBe(path);
      const client = (await RawClient.open({ path })).send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      expect(await client.untilEnd()).toContain('hello');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("an address in use is an error event with Node's code, and listen can be called again", async () => {
    const port = await listening(hello());
    const second = hello();
    const [error] = (await once(second.listen(port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('EADDRINUSE');
    await listening(second);
    expect(second.listening).toBe(true);
  });

  it.each<[unknown[], string]>([
    [[70_000], 'ERR_SOCKET_BAD_PORT'],
    [[{}], 'ERR_INVALID_ARG_VALUE'],
  ])('%j is refused with %s', (given, code) => {
    expect(() => createServer().listen(...(given as ListenArguments))).toThrow(expect.objectContaining({ code }));
  });

  it('a second listen is refused', async () => {
    const server = hello();
    await listening(server);
    expect(() => server.listen(0)).toThrow(expect.objectContaining({ code: 'ERR_SERVER_ALREADY_LISTEN' }));
  });

  it('a signal closes the server', async () => {
    const stop = new AbortController();
    const server = hello();
    await listening(server, { port: 0, host: '127.0.0.1', signal: stop.signal });
    const closed = once(server, 'close');
    stop.abort();
    await closed;
    expect(server.listening).toBe(false);
  });
});

describe('close', () => {
  it('lets a request that runs finish, and then calls back', async () => {
    let answer: (() => void) | undefined;
    const server = serverOf((_request, response) => void (answer = () => response.end('finished')));
    const port = await listening(server);
    // The server would wait a second or two for another request.
    const headers = { connection: 'close' };
    const asked = fetch(`http://127.0.0.1:${port}/`, { headers }).then((response) => response.text());
    await once(server, 'connection');
    await until(() => answer !== undefined);
    const closed = new Promise<unknown>((resolve) => void server.close(resolve));
    answer!();
    await expect(asked).resolves.toBe('finished');
    await expect(closed).resolves.toBeUndefined();
  });

  it('of a server that does not listen calls back with ERR_SERVER_NOT_RUNNING', async () => {
    const error = await new Promise<unknown>((resolve) => void createServer().close(resolve));
    expect(error).toMatchObject({ code: 'ERR_SERVER_NOT_RUNNING' });
  });

  it('closeAllConnections resets what runs', async () => {
    const server = serverOf(() => {});
    const port = await listening(server);
    const asked = fetch(`http://127.0.0.1:${port}/`).then(
      () => 'answered',
      () => 'reset',
    );
    await once(server, 'connection');
    server.closeAllConnections();
    await expect(asked).resolves.toBe('reset');
  });
});

describe('events', () => {
  it('upgrade hands out a socket that ws takes', async () => {
    const server = hello();
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (socketOfWs) =>
        socketOfWs.on('message', (data) => socketOfWs.send(`echo ${(data as Buffer).toString()}`)),
      );
    });
    const port = await listening(server);
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    client.on('open', () => client.send('hi'));
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.toString()).toBe('echo hi');
    client.close();
    await once(client, 'close');
  });

  it('an upgrade that shouldUpgradeCallback leaves to the handler: the next request is answered', async () => {
    const server = serverOf({ shouldUpgradeCallback: () => false }, (request, response) => response.end(request.url));
    server.on('upgrade', () => {});
    const client = await RawClient.open({ port: await listening(server), host: '127.0.0.1' });
    client.send('GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    client.send('GET /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/\/a[^]*\/b$/);
  });

  it('an upgrade without a listener is a request', async () => {
    const port = await listening(hello());
    const client = await RawClient.open({ port, host: '127.0.0.1' });
    client.send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: x\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200 [^]*hello/);
  });

  it('checkContinue takes the place of request', async () => {
    const server = serverOf((_request, response) => response.end('request'));
    server.on('checkContinue', (request, response) => {
      response.writeContinue();
      request.resume().on('end', () => response.end('continued'));
    });
    const port = await listening(server);
    const client = await RawClient.open({ port, host: '127.0.0.1' });
    client.send('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n');
    await client.when(() => client.received === 'HTTP/1.1 100 Continue\r\n\r\n');
    expect(await client.send('hi').untilEnd()).toContain('continued');
  });

  it('a listener of clientError that answers and destroys the socket with the error does not reset', async () => {
    const server = hello();
    server.on('clientError', (error: Error, socket: Duplex) => {
      socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      socket.destroy(error);
    });
    const client = await RawClient.open({ port: await listening(server), host: '127.0.0.1' });
    expect(await client.send('G?T / HTTP/1.1\r\n\r\n').untilEnd()).toBe('HTTP/1.1 400 Bad Request\r\n\r\n');
  });

  it('without a handler a request is 500, and the server goes on', async () => {
    const server = serverOf();
    const reported = once(server, 'applicationError');
    const port = await listening(server);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(500);
    await expect(reported).resolves.toMatchObject([{ code: 'APP_NODE_LISTENER_MISSING' }]);
  });
});

describe('a listener that rejects', () => {
  it('is an error of the application: 500, and the server goes on', async () => {
    const server = serverOf(async (_request, response) => {
      await Promise.resolve();
      if (response.req.url === '/fails') throw new Error('not today');
      response.end('hello');
    });
    const reported = once(server, 'applicationError');
    const port = await listening(server);
    expect((await fetch(`http://127.0.0.1:${port}/fails`)).status).toBe(500);
    await expect(reported).resolves.toMatchObject([{ message: 'not today' }]);
    await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).resolves.toBe('hello');
  });

  it.each([
    ['upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['connect', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
  ])('that a listener for %s throws is an uncaught exception', async (event, request) => {
    const server = hello();
    server.on(event, () => {
      throw new Error('not today');
    });
    const listeners = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[];
    process.removeAllListeners('uncaughtException');
    try {
      const uncaught = once(process, 'uncaughtException');
      const port = await listening(server);
      connect(port, '127.0.0.1')
        .on('error', () => {})
        .write(request);
      await expect(uncaught).resolves.toMatchObject([{ message: 'not today' }, 'uncaughtException']);
      await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).resolves.toBe('hello');
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener);
      server.closeAllConnections();
    }
  });

  it('for upgrade is reported, and the connection ends', async () => {
    const server = hello();
    server.on('upgrade', () => Promise.reject(new Error('not today')));
    const reported = once(server, 'applicationError');
    const port = await listening(server);
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await expect(reported).resolves.toMatchObject([{ message: 'not today' }]);
    await until(() => socket.closed);
    expect(socket.bytesRead).toBe(0);
  });
});

describe('maxConnections', () => {
  it.each(['node:http', 'this package'])('of 0 drops every connection of %s', async (name) => {
    const server = name === 'node:http' ? createHttpServer() : serverOf();
    server.maxConnections = 0;
    const dropped = once(server, 'drop');
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
    await dropped;
    await until(() => socket.closed);
    expect(socket.bytesRead).toBe(0);
    server.close();
  });
});

describe('requestTimeout', () => {
  const upload = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf ';

  it('content that is not complete in time is 408, and request and response close', async () => {
    const seen: string[] = [];
    const server = serverOf({ requestTimeout: 20 }, (request, response) => {
      request.on('error', (error: NodeJS.ErrnoException) => seen.push(String(error.code))).resume();
      request.on('close', () => seen.push('request'));
      response.on('close', () => seen.push('response'));
    });
    const client = await RawClient.open({ port: await listening(server), host: '127.0.0.1' });
    expect(await client.send(upload).untilEnd()).toMatch(/^HTTP\/1\.1 408 [^]*connection: close/);
    await until(() => seen.length === 3);
    expect(seen.toSorted()).toEqual(['ECONNRESET', 'request', 'response']);
  });

  it('a time longer than a timer is no limit', async () => {
    const unlimited = serverOf({ requestTimeout: 2 ** 31 }, (request, response) =>
      request.resume().on('end', () => response.end('whole')),
    );
    const slow = await RawClient.open({ port: await listening(unlimited), host: '127.0.0.1' });
    slow.send(upload.replace('Host', 'Connection: close\r\nHost'));
    // A limit that ends later has ended.
    const limited = serverOf({ requestTimeout: 20 }, (request) => request.on('error', () => {}).resume());
    const other = await RawClient.open({ port: await listening(limited), host: '127.0.0.1' });
    expect(await other.send(upload).untilEnd()).toMatch(/^HTTP\/1\.1 408 /);
    expect(await slow.send('more.').untilEnd()).toMatch(/^HTTP\/1\.1 200 [^]*whole$/);
  });

  it('content that is complete is not limited any more', async () => {
    let answer: (() => void) | undefined;
    const server = serverOf({ requestTimeout: 1000 }, (request, response) => {
      request.resume().on('end', () => (answer = () => response.end('whole')));
    });
    const port = await listening(server);
    const asked = fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' }).then((each) => each.text());
    await until(() => answer !== undefined);
    // The next request starts its own time, which ends first.
    const client = await RawClient.open({ port, host: '127.0.0.1' });
    await client.send(upload).untilEnd();
    answer!();
    await expect(asked).resolves.toBe('whole');
  });
});

describe('RFC 9112 9.6 a response that ends the connection before the content is complete', () => {
  const begun = 'Host: a\r\nContent-Length: 100\r\n\r\nhello';
  const reasons = new Map<string, [head: string, answer: (response: ServerResponse) => unknown]>([
    ['Connection: close of the handler', ['', (response) => response.setHeader('Connection', 'close')]],
    ['Connection: close of writeHead', ['', (response) => response.writeHead(200, { connection: 'Close' })]],
    ['Connection: close of the client', ['Connection: close\r\n', () => {}]],
    ['shouldKeepAlive', ['', (response) => (response.shouldKeepAlive = false)]],
  ]);
  const readers = new Map<string, (request: IncomingMessage) => unknown>([
    ['not read', () => {}],
    ['read with resume', (request) => request.resume()],
    ['read by a listener', (request) => request.on('data', () => {})],
    ['piped', (request) => request.pipe(new PassThrough())],
    ['read with for await', (request) => request.toArray().catch(() => {})],
  ]);
  const cases = [...reasons.keys()].flatMap((reason) => [...readers.keys()].map((reader) => [reason, reader] as const));

  it.each(cases)('%s, content is %s: the server ends its side', async (reason, reader) => {
    const [line, answer] = reasons.get(reason)!;
    const server = serverOf((request, response) => {
      readers.get(reader)!(request);
      setImmediate(() => {
        answer(response);
        response.end('early');
      });
    });
    const client = await RawClient.open({ port: await listening(server), host: '127.0.0.1' });
    client.send(`POST / HTTP/1.1\r\n${line}${begun}`);
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 200 [^]*early/);
  });
});

describe('content that arrives after the response', () => {
  it.each<[string, (request: IncomingMessage) => Promise<string>]>([
    ['for await', async (request) => Buffer.concat(await request.toArray()).toString()],
    [
      'read()',
      async (request) => {
        let text = '';
        request.on('readable', () => (text += String(request.read() ?? '')));
        await once(request, 'end');
        return text;
      },
    ],
    [
      'a listener of data',
      async (request) => {
        let text = '';
        request.on('data', (piece) => (text += String(piece)));
        await once(request, 'end');
        return text;
      },
    ],
  ])('%s reads all of it, and the connection is used again', async (_title, read) => {
    const texts: Promise<string>[] = [];
    const server = serverOf((request, response) => {
      response.end('early');
      texts.push(read(request));
    });
    const client = await RawClient.open({ port: await listening(server), host: '127.0.0.1' });
    client.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc');
    await client.when(() => client.received.endsWith('early'));
    client.send('def').send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await client.untilEnd()).toMatch(/early[^]*early$/);
    expect(await Promise.all(texts)).toEqual(['abcdef', '']);
  });
});

describe('addresses', () => {
  it('of an IPv4 client of :: are those of the socket, as in node:http', async () => {
    const server = serverOf((request, response) => response.end(`${request.socket.remoteAddress}`));
    const port = await listening(server, 0);
    await expect(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text())).resolves.toBe('::ffff:127.0.0.1');
  });
});

describe('the default export', () => {
  it('is node:http with this server in it', async () => {
    const { STATUS_CODES, Server, get } = module;
    const server: NodeServer = new Server({}, (_request, response) => response.end(STATUS_CODES[200]));
    open.push(server);
    expect(server).toBeInstanceOf(Server);
    const port = await listening(server);
    const [response] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [
      NodeJS.ReadableStream,
    ];
    let text = '';
    for await (const piece of response) text += String(piece);
    expect(text).toBe('OK');
  });
});
