import { PassThrough, Writable } from 'node:stream';
import { LoggerFeature, type Middleware } from '@windhover/http';
import { Router, routing } from '@windhover/middleware-routing';
import { describe, expect, it } from 'vitest';
import { type HostSettings, everyHost, testHosts } from '../../../tools/test-support/hosts/every-host.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type RequestLoggingOptions, requestLogging } from '../src/index.ts';

/** Middleware that logs JSON, and the entries so far. */
const logged = (options: RequestLoggingOptions = {}): { entries: Record<string, unknown>[]; log: Middleware } => {
  const output = new PassThrough({ encoding: 'utf8' });
  const entries: Record<string, unknown>[] = [];
  output.on('data', (lines: string) => {
    for (const line of lines.trimEnd().split('\n')) entries.push(JSON.parse(line) as Record<string, unknown>);
  });
  return { entries, log: requestLogging({ output, ...options }) };
};

everyHost((host) => {
  it.each([
    ['/next?page=2&token=secret', '/next?page=2&token=Redacted'],
    ['/next#access_token=secret', '/next#Redacted'],
    ['/next?page=2&token=secret#state=secret?x=secret', '/next?page=2&token=Redacted#Redacted'],
    ['/next#', '/next#Redacted'],
    ['https://user:secret@b.test/next@here', 'https://Redacted@b.test/next@here'],
    ['//user:secret@b.test', '//Redacted@b.test'],
    ['https://b.test/a@b', 'https://b.test/a@b'],
    ['/next', '/next'],
  ])('the Location %s is logged as %s', async (location, shown) => {
    const { entries, log } = logged({ queryValues: ['page'], responseHeaders: ['location'] });
    const { client } = await host.serve([log], () => ({ status: 303, headers: { location } }));
    await client.get('/');
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ responseHeaders: { location: shown } });
  });

  it('one entry with the facts of the request and the response', async () => {
    const { entries, log } = logged({ queryValues: ['page'], responseHeaders: ['Content-Type', 'set-cookie'] });
    const { client } = await host.serve([log], async ({ request }) => ({
      status: 201,
      headers: { 'content-type': 'text/plain', 'set-cookie': 'session=secret' },
      body: `got ${await request.text()}`,
    }));
    await client.request({
      method: 'POST',
      path: '/caf%C3%A9?page=2&token=secret&x',
      headers: {
        'user-agent': 'test',
        referer: 'http://a.test/?token=secret',
        authorization: 'Bearer secret',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
      body: 'content',
    });
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({
      method: 'POST',
      path: '/caf%C3%A9',
      query: '?page=2&token=Redacted&x',
      protocol: host.protocol,
      scheme: 'http',
      host: 'app.test',
      status: 201,
      requestBytes: 7,
      responseBytes: 11,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
      requestHeaders: { 'user-agent': 'test', referer: 'http://a.test/?token=Redacted' },
      responseHeaders: { 'content-type': expect.stringMatching(/^text\/plain/) as string, 'set-cookie': 'Redacted' },
      duration: expect.any(Number) as number,
    });
    expect(JSON.stringify(entries)).not.toContain('secret');
    expect(entries[0]).not.toHaveProperty('aborted');
    expect(entries[0]!['remoteAddress']).toBe(host.transport === 'TCP' ? '127.0.0.1' : undefined);
  });

  it('an error of the application: status 500', async () => {
    const { entries, log } = logged();
    const { client } = await host.serve([log], () => {
      throw new Error('failed');
    });
    expect((await client.get('/')).status).toBe(500);
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ status: 500 });
  });

  it('a request that is aborted before its response: 499 and aborted, one entry', async () => {
    const { entries, log } = logged();
    const aborting: Middleware = async (context) => {
      const aborted = new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      context.abort();
      await aborted;
    };
    const { client } = await host.serve([log, aborting]);
    client.open({ path: '/aborted' }).catch(() => {});
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ path: '/aborted', status: 499, aborted: true });
  });

  it('a client that leaves midway: the status that it got, bytes so far, aborted', async () => {
    const { entries, log } = logged();
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode('first');
      await new Promise(() => {});
    };
    const { client } = await host.serve([log], () => ({ body: pieces() }));
    const { content, leave } = await client.open();
    await new Promise((resolve) => void content.once('data', resolve));
    leave();
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ status: 200, aborted: true, responseBytes: 5 });
  });
});

const [host] = testHosts;

describe('requestLogging', () => {
  it('names the template of the route', async () => {
    const { entries, log } = logged();
    const router = new Router().get('/users/:id', () => 'user');
    const { client } = await host!.serve([log, routing(router)]);
    await client.get('/users/7');
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ path: '/users/7', route: '/users/:id' });
  });

  it.each([
    ['not hexadecimal', '00-4bf92f3577b34da6a3ce929d0e0e473X-00f067aa0ba902b7-01'],
    ['upper case', '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01'],
    ['zero', '00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
    ['a parent of zero', '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01'],
    ['version ff', 'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['too short', '00-4bf9-00f0-01'],
  ])('a traceparent that is invalid (%s) is not logged', async (_name, traceparent) => {
    const { entries, log } = logged();
    const { client } = await host!.serve([log]);
    await client.get('/', { traceparent });
    await until(() => entries.length === 1);
    expect(entries[0]).not.toHaveProperty('traceId');
  });

  it.each(['authorization', 'Cookie', 'proxy-authorization', 'X-API-Key'])(
    '%s is redacted, though named',
    async (name) => {
      const { entries, log } = logged({ requestHeaders: [name] });
      const { client } = await host!.serve([log]);
      await client.get('/', { [name.toLowerCase()]: 'secret' });
      await until(() => entries.length === 1);
      expect(entries[0]!['requestHeaders']).toEqual({ [name.toLowerCase()]: 'Redacted' });
    },
  );

  it('cuts long values', async () => {
    const { entries, log } = logged();
    const { client } = await host!.serve([log]);
    await client.get(`/${'a'.repeat(5000)}?${'b'.repeat(2500)}`, { 'user-agent': 'c'.repeat(5000) });
    await until(() => entries.length === 1);
    expect(JSON.stringify(entries[0]).length).toBeLessThan(3 * 2100 + 1000);
  });

  it('cuts a long method and a long host', async () => {
    const { entries, log } = logged();
    const http = MemoryHttp.of([log], () => 'served');
    await http.answer(`${'M'.repeat(3000)} / HTTP/1.1\r\nHost: ${'h'.repeat(3000)}\r\n\r\n`);
    await until(() => entries.length === 1);
    const { method, host: name } = entries[0]!;
    expect([String(method).length, String(name).length]).toEqual([2051, 2051]);
  });

  it('sampling chooses by chance, and always failures', async () => {
    let chance = 0.5;
    const { entries, log } = logged({ sampling: 0.1, random: () => chance });
    const { client } = await host!.serve([log], ({ request }) => ({ status: request.path === '/bad' ? 503 : 200 }));
    await client.get('/left-out');
    await client.get('/bad');
    chance = 0.05;
    await client.get('/chosen');
    await until(() => entries.length === 2);
    expect(entries.map(({ path }) => path)).toEqual(['/bad', '/chosen']);
  });

  it('skip: never logged', async () => {
    const { entries, log } = logged({ skip: ({ request }) => request.path === '/health' });
    const { client } = await host!.serve([log]);
    await client.get('/health');
    await client.get('/');
    await until(() => entries.length === 1);
    expect(entries[0]).toMatchObject({ path: '/' });
  });

  it('a format of the application stays one line', async () => {
    let text = '';
    const output = new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });
    const { client } = await host!.serve([requestLogging({ output, format: ({ path }) => `a\r\nb\u2028${path}` })]);
    await client.get('/c');
    await until(() => text !== '');
    expect(text).toBe('a b /c\n');
  });

  it('w3c: the directives once, then a line for each request', async () => {
    let text = '';
    const output = new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });
    const { client } = await host!.serve([requestLogging({ output, format: 'w3c' })]);
    await client.get('/a');
    await client.get('/b');
    await until(() => text.split('\n').length === 6);
    expect(text).toMatch(/^#Version: 1\.0\n#Start-Date: .*\n#Fields: .*\n.* \/a .*\n.* \/b .*\n$/);
  });
});

describe('an output that does not keep up', () => {
  const told: unknown[] = [];
  const toldLogger = { info: () => {}, warn: (...entry: unknown[]) => void told.push(entry) };
  const withLogger: HostSettings = { features: (features) => features.set(LoggerFeature, toldLogger) };

  it('holds no request back; entries beyond the limit are dropped, counted and reported', async () => {
    told.length = 0;
    let text = '';
    let written: (() => void) | undefined;
    const output = new Writable({
      highWaterMark: 1,
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        written = done;
      },
    });
    const log = requestLogging({ output, format: ({ path }) => path, maxQueuedSize: 10 });
    const { client } = await host!.serve([log], undefined, withLogger);
    await client.get('/first');
    await until(() => text === '/first\n');
    for (const path of ['/2', '/3', '/4', '/5', '/6']) expect((await client.get(path)).status).toBe(200);
    written!();
    await until(() => text.length > 7);
    written!();
    await until(() => told.length === 1);
    expect(text).toBe('/first\n/2\n/3\n/4\n');
    expect(told).toEqual([[{ entries: 2 }, expect.stringMatching(/too slow/)]]);
    await client.get('/7');
    await until(() => text === '/first\n/2\n/3\n/4\n/7\n');
  });

  it('an output that fails is reported once, and requests go on', async () => {
    told.length = 0;
    const output = new PassThrough();
    const { client } = await host!.serve([requestLogging({ output })], undefined, withLogger);
    output.destroy(new Error('disk full'));
    expect((await client.get('/')).status).toBe(200);
    expect((await client.get('/')).status).toBe(200);
    await until(() => told.length === 1);
    expect(told).toEqual([
      [{ err: expect.objectContaining({ message: 'disk full' }) }, expect.stringMatching(/has ended/)],
    ]);
  });
});

describe('an output that has ended before the middleware is created', () => {
  it.each([undefined, new Error('disk full')])('with %s: is reported once, and requests go on', async (err) => {
    const warnings: unknown[] = [];
    const logger = { info: () => {}, warn: (...entry: unknown[]) => void warnings.push(entry) };
    const output = new PassThrough().on('error', () => {});
    const closed = new Promise((resolve) => output.once('close', resolve));
    output.destroy(err);
    await closed;
    const { client } = await host!.serve([requestLogging({ output })], undefined, {
      features: (features) => features.set(LoggerFeature, logger),
    });
    for (let request = 0; request < 2; request++) expect((await client.get('/')).status).toBe(200);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([[{ err }, expect.stringMatching(/has ended/)]]);
  });
});

describe('without an output', () => {
  it('writes to the log of the host, in its own category', async () => {
    const entries: [object, string][] = [];
    const child = { info: (...entry: [object, string]) => void entries.push(entry), warn: () => {} };
    const categories: object[] = [];
    const logger = { ...child, child: (details: object) => (categories.push(details), child) };
    const { client } = await host!.serve([requestLogging()], undefined, {
      features: (features) => features.set(LoggerFeature, logger),
    });
    await client.get('/a');
    await client.get('/b');
    await until(() => entries.length === 2);
    expect(categories).toEqual([{ category: 'windhover.requests' }]);
    expect(entries[0]).toEqual([
      expect.objectContaining({ method: 'GET', path: '/a', status: 200 }),
      expect.stringMatching(/^GET \/a 200 in [\d.]+ ms$/),
    ]);
    expect(entries[0]![0]).not.toHaveProperty('time');
  });

  it('a log that leaves out information costs nothing', async () => {
    const logger = { info: () => expect.unreachable(), warn: () => {}, isLevelEnabled: () => false };
    let registered = 0;
    const counting: Middleware = (context, next) => {
      const { response } = context;
      response.onCompleted = () => void registered++;
      return next(context);
    };
    const { client } = await host!.serve([counting, requestLogging()], undefined, {
      features: (features) => features.set(LoggerFeature, logger),
    });
    expect((await client.get('/')).status).toBe(200);
    expect(registered).toBe(0);
  });

  it('without a host it does nothing', async () => {
    const { client } = await host!.serve([requestLogging()]);
    expect((await client.get('/')).status).toBe(200);
  });
});

describe('options of requestLogging', () => {
  it.each([
    [{ format: 'xml' }, 'REQUEST_LOGGING_FORMAT_UNKNOWN', 'received "xml"'],
    [{ format: 'toString' }, 'REQUEST_LOGGING_FORMAT_UNKNOWN', 'received "toString"'],
    [{ sampling: 2 }, 'REQUEST_LOGGING_SAMPLING_INVALID', 'received 2'],
    [{ sampling: Number.NaN }, 'REQUEST_LOGGING_SAMPLING_INVALID', 'received NaN'],
    [{ maxQueuedSize: 0 }, 'REQUEST_LOGGING_QUEUE_INVALID', 'received 0'],
  ])('%o: %s', (options, code, message) => {
    expect(() => requestLogging(options as never)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });
});
