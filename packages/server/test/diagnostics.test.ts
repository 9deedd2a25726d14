import { AsyncLocalStorage } from 'node:async_hooks';
import { type ChannelName, type DiagnosticsMessages, type RequestMessage, subscribe } from '@windhover/diagnostics';
import { HttpUpgradeFeature, type RequestHandler, pipelineApplication } from '@windhover/http';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServerOptions } from '../src/index.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type TestServer, makeServer, stopServers } from './support/server.ts';

const endpoint = { kind: 'memory', name: 'diagnostics' } as const;

const subscriptions: Disposable[] = [];

afterEach(async () => {
  await stopServers();
  for (const subscription of subscriptions.splice(0)) subscription[Symbol.dispose]();
});

/** Everything that channels publish, as `name detail`. */
const record = (details: {
  readonly [Name in ChannelName]?: (message: DiagnosticsMessages[Name]) => unknown;
}): string[] => {
  const told: string[] = [];
  const handlers = Object.entries(details).map(([name, detail]) => [
    name,
    (message: never) =>
      void told.push(`${name.slice('windhover:'.length)} ${String((detail as (m: never) => unknown)(message))}`),
  ]);
  subscriptions.push(subscribe(Object.fromEntries(handlers) as object));
  return told;
};

interface Running extends TestServer {
  readonly transport: MemoryTransport;
}

const start = async (handler: RequestHandler, options: Partial<ServerOptions> = {}): Promise<Running> => {
  const transport = new MemoryTransport();
  const made = makeServer({ transports: [transport], ...options });
  made.server.listen(endpoint);
  await made.server.start(pipelineApplication(handler));
  return { ...made, transport };
};

interface Client {
  text: string;
  isClosed: boolean;
  send(text: string): void;
  abort(): void;
}

const open = (transport: MemoryTransport): Client => {
  const connection = transport.connect(endpoint);
  const client: Client = {
    text: '',
    isClosed: false,
    send: (text) => void connection.write(text),
    abort: () => connection.abort(),
  };
  connection.start({
    received: (bytes) => (client.text += Buffer.from(bytes).toString('latin1')),
    drained: () => {},
    ended: () => connection.end(),
    closed: () => (client.isClosed = true),
  });
  return client;
};

const get = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const getAndClose = 'GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

describe('diagnostics channels of connections', () => {
  it('an accepted connection is published once, and its end after it', async () => {
    const told = record({
      'windhover:connection:accepted': ({ connection }) => typeof connection.id,
      'windhover:connection:closed': ({ error }) => error?.message,
    });
    const { transport } = await start(() => 'Hello');
    const client = open(transport);
    client.send(getAndClose);
    await until(() => client.isClosed && told.length === 2);
    expect(told).toEqual(['connection:accepted string', 'connection:closed undefined']);
  });

  it('a reset by the client is the error of the end', async () => {
    const told = record({ 'windhover:connection:closed': ({ error }) => (error as { code?: string }).code });
    const { transport, server } = await start(() => 'Hello');
    const client = open(transport);
    await until(() => server.connectionCount === 1);
    client.abort();
    await until(() => told.length === 1);
    expect(told).toEqual(['connection:closed CONNECTION_RESET']);
  });

  it('a connection over the limit is rejected, and not accepted', async () => {
    const told = record({
      'windhover:connection:accepted': () => '',
      'windhover:connection:rejected': ({ reason, endpointName }) => `${reason} ${endpointName}`,
    });
    const { transport, server } = await start(() => 'Hello', { limits: { maxConcurrentConnections: 1 } });
    open(transport);
    const second = open(transport);
    await until(() => second.isClosed);
    expect(told).toEqual(['connection:accepted ', `connection:rejected serverLimit ${server.endpoints[0]!.name}`]);
  });

  it('an upgrade is published once', async () => {
    const told = record({ 'windhover:connection:upgraded': ({ connection }) => typeof connection.id });
    const { transport } = await start(({ features }) => {
      const upgraded = features.require(HttpUpgradeFeature).upgrade('echo');
      upgraded.abort();
    });
    const client = open(transport);
    client.send('GET /a HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n');
    await until(() => client.isClosed);
    expect(told).toEqual(['connection:upgraded string']);
  });

  it('a stop is published at its start and at its end, and connections past the deadline as ending', async () => {
    const told = record({
      'windhover:server:draining': ({ connectionCount }) => connectionCount,
      'windhover:connection:ending': ({ reason }) => reason,
      'windhover:connection:closed': ({ error }) => (error as { code?: string }).code,
      'windhover:server:stopped': ({ connectionCount }) => connectionCount,
    });
    const { transport, server } = await start(() => 'Hello');
    const client = open(transport);
    client.send('GET /a HTTP/1.1\r\n');
    await until(() => server.connectionCount === 1);
    await server.stop(AbortSignal.abort());
    expect(told).toEqual([
      'server:draining 1',
      'connection:ending app_shutdown_timeout',
      'connection:closed CONNECTION_ABORTED',
      'server:stopped 0',
    ]);
  });
});

describe('windhover:connection:ending', () => {
  it('a connection without requests for keepAliveTimeout: keep_alive_timeout', async () => {
    const told = record({ 'windhover:connection:ending': ({ reason }) => reason });
    const clock = new ManualClock();
    const { transport } = await start(() => 'Hello', { clock });
    const client = open(transport);
    client.send('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(() => client.text.endsWith('Hello'));
    clock.seconds(140);
    await until(() => client.isClosed);
    expect(told).toEqual(['connection:ending keep_alive_timeout']);
  });
});

describe('diagnostics channels of requests', () => {
  const outcome = ({ statusCode, isAborted, error, requestBodySize, responseBodySize }: RequestMessage): string =>
    `${statusCode} aborted=${isAborted} error=${(error as Error | undefined)?.message} ${requestBodySize}/${responseBodySize}`;

  it.each<[condition: string, request: string, handler: RequestHandler, end: string]>([
    ['answered at once', getAndClose, () => 'Hello', '200 aborted=false error=undefined 0/5'],
    [
      'answered piece by piece',
      getAndClose,
      async ({ response }) => {
        await response.write('Hello');
        await response.write(' world');
      },
      '200 aborted=false error=undefined 0/11',
    ],
    [
      'with content in both directions',
      'POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd',
      async ({ request }) => (await request.text()).toUpperCase(),
      '200 aborted=false error=undefined 4/4',
    ],
    [
      'HEAD: no content is sent',
      'HEAD /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      () => 'Hello',
      '200 aborted=false error=undefined 0/0',
    ],
    [
      'the application throws',
      getAndClose,
      () => {
        throw new Error('broken');
      },
      '500 aborted=false error=broken 0/0',
    ],
  ])('%s: one start and one end', async (_condition, request, handler, end) => {
    const told = record({
      'windhover:request:start': ({ statusCode }) => statusCode,
      'windhover:request:end': outcome,
    });
    const { transport } = await start(handler);
    const client = open(transport);
    client.send(request);
    await until(() => client.isClosed);
    expect(told).toEqual(['request:start 200', `request:end ${end}`]);
  });

  it('the message of the start is the message of the end, and each request has its own', async () => {
    const messages: RequestMessage[] = [];
    subscriptions.push(
      subscribe({
        'windhover:request:start': (message) => void messages.push(message),
        'windhover:request:end': (message) => void messages.push(message),
      }),
    );
    const { transport } = await start(() => 'Hello');
    const client = open(transport);
    client.send(get + getAndClose);
    await until(() => client.isClosed);
    const [first, firstEnd, second, secondEnd] = messages;
    expect([firstEnd === first, secondEnd === second, first === second]).toEqual([true, true, false]);
  });

  it('a client that disconnects before the response: the request is aborted', async () => {
    const told = record({ 'windhover:request:end': ({ isAborted }) => isAborted });
    let isRunning = false;
    const { transport } = await start(async ({ signal }) => {
      isRunning = true;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const client = open(transport);
    client.send(get);
    await until(() => isRunning);
    client.abort();
    await until(() => told.length === 1);
    expect(told).toEqual(['request:end true']);
  });

  it('a malformed request is refused, and has no start', async () => {
    const told = record({
      'windhover:request:start': () => '',
      'windhover:request:refused': ({ error }) => error.code,
    });
    const { transport } = await start(() => 'Hello');
    const client = open(transport);
    client.send('GET /a HTTP/1.1\r\n\r\n');
    await until(() => client.isClosed);
    expect(told).toEqual(['request:refused HTTP1_HOST_MISSING']);
  });

  it('enclose: the application runs inside all scopes, also when it is asynchronous', async () => {
    const [outer, inner] = [new AsyncLocalStorage<string>(), new AsyncLocalStorage<string>()];
    subscriptions.push(
      subscribe({
        'windhover:request:start': (request) => {
          request.enclose((run) => outer.run('outer', run));
          request.enclose((run) => inner.run(`inside ${outer.getStore()}`, run));
        },
      }),
    );
    const { transport } = await start(async () => {
      await Promise.resolve();
      return `${outer.getStore()}, ${inner.getStore()}`;
    });
    const client = open(transport);
    client.send(getAndClose);
    await until(() => client.isClosed);
    expect(client.text).toMatch(/outer, inside outer$/);
  });
});
