import { pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type FetchHandler, fetchHandler } from '../src/index.ts';

/** A client over memory that has sent its request. */
const connect = (handler: FetchHandler, request: string) => {
  const [client, server] = connectionPair();
  const errors: unknown[] = [];
  const received: Uint8Array[] = [];
  const closed = deferred();
  void http1().createHandler(pipelineApplication(fetchHandler(handler)), {
    limits: resolveHttpLimits(),
    serverHeader: null,
    dateHeader: false,
    wallClock: () => 0,
    events: { applicationError: (error) => void errors.push(error), badRequest: () => {} },
  })(server);
  client.start({
    received: (bytes) => void received.push(bytes),
    drained: () => {},
    ended: () => {},
    closed: () => closed.resolve(),
  });
  client.write(request);
  return { client, errors, closed: closed.promise, text: () => Buffer.concat(received).toString() };
};

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('a Response whose head cannot be sent', () => {
  it('its stream is cancelled', async () => {
    const cancelled = deferred<unknown>();
    const body = new ReadableStream({ cancel: (reason) => cancelled.resolve(reason) });
    const { errors } = connect(() => new Response(body, { headers: { 'x-a': '\u0001' } }), get);
    await expect(cancelled.promise).resolves.toMatchObject({ code: 'HTTP_FIELD_VALUE_INVALID' });
    expect(errors).toMatchObject([{ code: 'HTTP_FIELD_VALUE_INVALID' }]);
  });
});

describe('when the client goes away', () => {
  it('a stream without a next chunk is cancelled at once, and nothing is an application error', async () => {
    const running = deferred();
    const cancelled = deferred<unknown>();
    const stalled = new ReadableStream(
      {
        pull: () => running.resolve(),
        cancel: (reason) => cancelled.resolve(reason),
      },
      { highWaterMark: 0 },
    );
    const { client, errors } = connect(() => new Response(stalled), get);
    await running.promise;
    client.abort();
    await expect(cancelled.promise).resolves.toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    expect(errors).toEqual([]);
  });

  it('the finally block of a generator runs', async () => {
    const running = deferred();
    const cleaned = deferred();
    const pieces = async function* () {
      try {
        for (;;) {
          yield new Uint8Array(1);
          running.resolve();
          await new Promise(setImmediate);
        }
      } finally {
        cleaned.resolve();
      }
    };
    const { client } = connect(() => new Response(ReadableStream.from(pieces())), get);
    await running.promise;
    client.abort();
    await expect(cleaned.promise).resolves.toBeUndefined();
  });

  it('the signal aborts, also when it is read only then', async () => {
    const reached = deferred<Request>();
    const answered = deferred<Response>();
    const { client, closed } = connect((request) => (reached.resolve(request), answered.promise), get);
    const request = await reached.promise;
    client.abort();
    await closed;
    await new Promise(setImmediate);
    expect(request.signal.aborted).toBe(true);
    expect(request.clone().signal.aborted).toBe(true);
    answered.resolve(new Response('late'));
  });

  it('a body that is being read rejects', async () => {
    const reading = deferred<{ readonly text: Promise<string> }>();
    const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe';
    const { client } = connect(async (received) => {
      const text = received.text();
      reading.resolve({ text });
      return new Response(await text);
    }, request);
    const { text } = await reading.promise;
    client.abort();
    await expect(text).rejects.toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
  });
});

describe('when the client ends its side', () => {
  it('the signal aborts, and a stream is sent to its end', async () => {
    const reached = deferred<Request>();
    const released = deferred();
    const { client, closed, text, errors } = connect((request) => {
      reached.resolve(request);
      return new Response(
        ReadableStream.from(
          (async function* () {
            await released.promise;
            yield new TextEncoder().encode('still ');
            await new Promise(setImmediate);
            yield new TextEncoder().encode('sent');
          })(),
        ),
      );
    }, get);
    const { signal } = await reached.promise;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    client.end();
    await aborted;
    released.resolve();
    await closed;
    expect(signal.reason).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    expect(text()).toMatch(/still .*sent/s);
    expect(errors).toEqual([]);
  });

  it('a handler that rejects with the reason: no response, and nothing is an application error', async () => {
    const { client, closed, text, errors } = connect(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      get,
    );
    client.end();
    await closed;
    expect([text(), errors]).toEqual(['', []]);
  });
});

describe('while the client stays', () => {
  it('the signal does not abort after a complete response', async () => {
    let signal: AbortSignal | undefined;
    const { client, closed, text } = connect(
      (request) => {
        ({ signal } = request);
        return new Response('done');
      },
      get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    await until(() => text().includes('done'));
    client.end();
    await closed;
    expect(text()).toContain('done');
    expect(signal?.aborted).toBe(false);
  });

  it('cancelling the request body leaves the connection and the next request', async () => {
    const first = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
    const { client, closed, text } = connect(
      async (request) => {
        await request.body?.cancel();
        return new Response(`${request.method} ${request.signal.aborted}`);
      },
      first + get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'),
    );
    await until(() => text().includes('GET'));
    client.end();
    await closed;
    expect(text()).toContain('POST false');
    expect(text()).toContain('GET false');
  });
});
