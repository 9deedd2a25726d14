import { ApplicationLifetimeFeature, type Middleware } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { until } from '../../../tools/test-support/until.ts';
import {
  type EventStream,
  type EventStreamErrorCode,
  type EventStreamOptions,
  type ServerSentEvent,
  eventStream,
  eventStreamErrors,
} from '../src/index.ts';

/** Answers `/events` with a stream that the test gets. */
const events =
  (opened: (stream: EventStream) => void, options: EventStreamOptions = {}): Middleware =>
  (context, next) => {
    if (context.request.path !== '/events') return next(context);
    const stream = eventStream(context, options);
    opened(stream);
    return stream.closed;
  };

/** The content of a response to which these events are sent. */
const sent = async (given: ServerSentEvent[], fields = ''): Promise<{ content: string; stream: EventStream }> => {
  let stream: EventStream | undefined;
  const http = MemoryHttp.of(
    [
      events((opened) => {
        stream = opened;
        for (const event of given) void opened.send(event);
        opened.close();
      }),
    ],
    () => 'x',
  );
  const { content } = await http.get('/events', `Connection: close\r\n${fields}`);
  return { content, stream: stream! };
};

everyHost((host) => {
  it('sends events at once, with comments between, until the client disconnects', async () => {
    const clock = new ManualClock();
    let stream: EventStream | undefined;
    const { client } = await host.serve([events((opened) => (stream = opened), { clock })]);
    const { status, headers, content, leave } = await client.open({
      path: '/events',
      headers: { 'last-event-id': Buffer.from('ü').toString('latin1') },
    });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    expect(stream!.lastEventId).toBe('ü');
    const pieces = content[Symbol.asyncIterator]();
    const next = async (): Promise<string> => String((await pieces.next()).value);
    await stream!.send({ data: 'first' });
    expect(await next()).toBe('data: first\n\n');
    clock.advance(15_000);
    expect(await next()).toBe(': \n\n');
    await stream!.send({ data: { second: 2 }, id: '2' });
    expect(await next()).toBe('id: 2\ndata: {"second":2}\n\n');
    leave();
    await stream!.closed;
    expect(stream!.isOpen).toBe(false);
    expect(clock.running).toBe(0);
    expect(stream!.send({ data: 'late' })).toBeUndefined();
  });

  it.runIf(host.protocol === 'HTTP/1.1')('ends when the client ends its side', async () => {
    const clock = new ManualClock();
    let stream: EventStream | undefined;
    const { client } = await host.serve([events((opened) => (stream = opened), { clock })]);
    const { end } = await client.open({ path: '/events' });
    end!();
    await stream!.closed;
    expect(clock.running).toBe(0);
  });

  it('ends when the host begins to stop, and the response is complete', async () => {
    const stopping = new AbortController();
    let stream: EventStream | undefined;
    const { signal } = new AbortController();
    const lifetime = { started: signal, stopping: stopping.signal, stopped: signal, stopApplication: () => undefined };
    const { client } = await host.serve([events((opened) => (stream = opened))], undefined, {
      features: (features) => features.set(ApplicationLifetimeFeature, lifetime),
    });
    const answer = client.get('/events');
    await until(() => stream !== undefined);
    void stream!.send({ data: 'last' });
    stopping.abort();
    expect((await answer).text).toBe('data: last\n\n');
    expect(stream!.signal.aborted).toBe(true);
    expect((await client.get('/events')).text).toBe('');
  });

  it('ends when the server asks its connections to end', async () => {
    let stream: EventStream | undefined;
    const { client, server } = await host.serve([events((opened) => (stream = opened))]);
    const answer = client.get('/events');
    await until(() => stream !== undefined);
    const stopped = server.stop();
    expect((await answer).status).toBe(200);
    client.close();
    await stopped;
  });
});

describe('an event', () => {
  it.each<[event: ServerSentEvent, content: string]>([
    [{ data: 'a' }, 'data: a\n\n'],
    [{ data: '' }, 'data: \n\n'],
    [{ data: ' a' }, 'data:  a\n\n'],
    [{ data: 'a\nb\r\nc\rd' }, 'data: a\ndata: b\ndata: c\ndata: d\n\n'],
    [{ data: 'ü' }, 'data: ü\n\n'],
    [{ data: null }, 'data: null\n\n'],
    [{ data: ['a\n'] }, 'data: ["a\\n"]\n\n'],
    [{ event: 'e', id: '', retry: 0, data: 'a' }, 'event: e\nid: \nretry: 0\ndata: a\n\n'],
    [{ id: '1' }, 'id: 1\n\n'],
  ])('%j', async (event, text) => {
    // A response with content that comes in pieces is chunked.
    const { content } = await sent([event]);
    expect(content).toContain(text);
  });

  it.each<[event: ServerSentEvent, code: EventStreamErrorCode]>([
    [{ event: 'a\ndata: b' }, 'EVENT_STREAM_FIELD_INVALID'],
    [{ event: 'a\r' }, 'EVENT_STREAM_FIELD_INVALID'],
    [{ event: 'a\r\nid: b' }, 'EVENT_STREAM_FIELD_INVALID'],
    [{ id: 'a\rdata: b' }, 'EVENT_STREAM_FIELD_INVALID'],
    [{ id: 'a\n' }, 'EVENT_STREAM_FIELD_INVALID'],
    [{ id: 'a\0' }, 'EVENT_STREAM_FIELD_INVALID'],
    [{ retry: -1 }, 'EVENT_STREAM_RETRY_INVALID'],
    [{ retry: 1.5 }, 'EVENT_STREAM_RETRY_INVALID'],
    [{ data: () => undefined }, 'EVENT_STREAM_DATA_INVALID'],
  ])('%j: %s', async (event, code) => {
    const http = MemoryHttp.of(
      [
        events((stream) => {
          try {
            void stream.send(event);
          } catch (error) {
            void stream.send({ data: (error as { code: string }).code });
          }
          stream.close();
        }),
      ],
      () => 'x',
    );
    expect((await http.get('/events')).content).toContain(code);
  });

  it('a comment never becomes an event', async () => {
    const http = MemoryHttp.of(
      [
        events((stream) => {
          void stream.comment('a\ndata: b');
          stream.close();
        }),
      ],
      () => 'x',
    );
    expect((await http.get('/events')).content).toContain(': a\n: data: b\n\n');
  });
});

it('HEAD has the fields, and ends', async () => {
  const http = MemoryHttp.of([events(() => undefined)], () => 'x');
  const answer = await http.answer('HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(answer).toMatchObject({ status: 200, content: '', fields: { 'content-type': 'text/event-stream' } });
});

describe.each(['HTTP/1.1', 'HTTP/2'] as const)('a client that does not read, over %s', (protocol) => {
  it('makes send wait, and is reset when too much waits', async () => {
    const { TestHost } = await import('../../../tools/test-support/hosts/every-host.ts');
    let stream: EventStream | undefined;
    const host = new TestHost(protocol, 'TCP', 'a context handler');
    const { client } = await host.serve([events((opened) => (stream = opened), { maxBufferSize: 1_000_000 })]);
    const { content } = await client.open({ path: '/events' });
    content.pause();
    const data = 'x'.repeat(10_000);
    let hasWaited = false;
    for (let event = 0; event < 10_000 && stream!.isOpen; event++) {
      if (stream!.send({ data }) !== undefined) hasWaited = true;
    }
    expect(hasWaited).toBe(true);
    expect(stream!.isOpen).toBe(false);
    expect(stream!.signal.reason).toMatchObject({ code: 'EVENT_STREAM_CLIENT_SLOW' });
  });
});

it.each<EventStreamOptions>([
  { keepAliveInterval: 0 },
  { keepAliveInterval: 2 ** 31 },
  { maxBufferSize: 0 },
  { maxBufferSize: 1.5 },
])('invalid options %j: EVENT_STREAM_OPTION_INVALID', async (options) => {
  const http = MemoryHttp.of([events(() => undefined, options)], () => 'x');
  expect((await http.get('/events')).status).toBe(500);
  const message = `${eventStreamErrors.EVENT_STREAM_OPTION_INVALID}; received ${JSON.stringify(options)}`;
  expect(http.applicationErrors).toEqual([expect.objectContaining({ code: 'EVENT_STREAM_OPTION_INVALID', message })]);
});
