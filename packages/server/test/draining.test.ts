import { ConnectionLifetimeNotificationFeature } from '@windhover/connections';
import type { HttpContext, HttpProtocol } from '@windhover/http';
import { MemoryTransport } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { ManualClock } from '../../../tools/test-support/manual-clock.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { SocketClient, get, saysClose } from './support/client.ts';
import {
  application,
  clientOf,
  echoTarget,
  makeServer,
  portOf,
  startOnLoopback,
  stopServers,
} from './support/server.ts';

afterEach(stopServers);

/** An application whose requests wait for the test. */
class Gate {
  readonly waiting: HttpContext[] = [];
  #release!: () => void;
  readonly #open = new Promise<void>((resolve) => (this.#release = resolve));

  readonly application = application(async (context) => {
    this.waiting.push(context);
    await this.#open;
    context.response.send(context.request.target);
  });

  open(): void {
    this.#release();
  }
}

describe('stop lets what runs end', () => {
  it('a running exchange is answered, with connection: close, and then the connection ends', async () => {
    const gate = new Gate();
    const { server } = await startOnLoopback(gate.application);
    const client = (await clientOf(server)).get('/slow');
    await until(() => gate.waiting.length === 1);
    let hasStopped = false;
    const stopping = server.stop().then(() => (hasStopped = true));
    await turns(10);
    expect(hasStopped).toBe(false);
    gate.open();
    const answer = await client.answered();
    expect(answer).toMatchObject({ status: 200, content: '/slow' });
    expect(saysClose(answer!)).toBe(true);
    await client.closed;
    expect(client.error).toBeUndefined();
    await stopping;
    expect(server.connectionCount).toBe(0);
  });

  it('a request received in part is answered as well', async () => {
    const { server } = await startOnLoopback(echoTarget);
    const client = (await clientOf(server)).send('GET /half HTTP/1.1\r\nHo');
    await until(() => server.connectionCount === 1);
    await turns(5);
    const stopping = server.stop();
    await turns(20);
    client.send('st: a\r\n\r\n');
    const answer = await client.answered();
    expect(answer).toMatchObject({ status: 200, content: '/half' });
    expect(saysClose(answer!)).toBe(true);
    await stopping;
  });

  it('a response that has begun before is finished, and the next request is the last', async () => {
    const begun = deferred();
    const goOn = deferred();
    const { server } = await startOnLoopback(
      application(async ({ request, response }) => {
        response.headers.set('content-length', '6');
        await response.write(request.target.slice(1, 4));
        begun.resolve();
        await goOn.promise;
        await response.write(request.target.slice(4));
      }),
    );
    const client = (await clientOf(server)).get('/abcdef');
    await begun.promise;
    const stopping = server.stop();
    await turns(20);
    client.get('/ghijkl');
    goOn.resolve();
    await client.closed;
    expect(client.answers.map(({ content }) => content)).toEqual(['abcdef', 'ghijkl']);
    expect(client.answers.map(saysClose)).toEqual([false, true]);
    await stopping;
  });

  it('new connections are refused meanwhile; those that waited to be accepted are served', async () => {
    const gate = new Gate();
    const { server } = await startOnLoopback(gate.application);
    const port = portOf(server);
    const running = (await clientOf(server)).get('/running');
    await until(() => gate.waiting.length === 1);
    const queued = await Promise.all(Array.from({ length: 20 }, () => SocketClient.open({ host: '127.0.0.1', port })));
    const stopping = server.stop();
    for (const client of queued) client.get('/queued');
    await until(() => gate.waiting.length === 21);
    await turns(10);
    await expect(SocketClient.open({ host: '127.0.0.1', port })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gate.open();
    for (const client of [running, ...queued]) expect(saysClose((await client.answered(1))!)).toBe(true);
    await stopping;
  });
});

describe('stop and idle connections', () => {
  const startIdle = async (): Promise<{ clock: ManualClock; client: SocketClient; stopping: Promise<void> }> => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(echoTarget, { clock });
    const client = await clientOf(server);
    await client.get('/first').answered();
    const stopping = server.stop();
    await turns(10);
    return { clock, client, stopping };
  };

  it('stay open for a moment, then close without a reset', async () => {
    const { clock, client, stopping } = await startIdle();
    clock.seconds(1);
    await turns(10);
    expect(client.hasEnded).toBe(false);
    clock.seconds(2);
    await client.closed;
    expect(client.error).toBeUndefined();
    await stopping;
  });

  it('a request in that moment is answered, with connection: close', async () => {
    const { client, stopping } = await startIdle();
    const answer = await client.get('/second').answered();
    expect(answer).toMatchObject({ status: 200, content: '/second' });
    expect(saysClose(answer!)).toBe(true);
    await stopping;
  });

  it('one that has not sent a byte ends, too', async () => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(echoTarget, { clock });
    const client = await clientOf(server);
    await until(() => server.connectionCount === 1);
    const stopping = server.stop();
    await turns(10);
    clock.seconds(3);
    await client.closed;
    await stopping;
    expect(client.error).toBeUndefined();
  });

  it('a client that does not end its side is reset after requestDrainTimeout', async () => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(echoTarget, { clock });
    const client = await clientOf(server);
    client.stream.removeAllListeners('end');
    client.stream.on('end', () => (client.hasEnded = true));
    await client.get().answered();
    const stopping = server.stop();
    await turns(10);
    clock.seconds(3);
    await until(() => client.hasEnded);
    expect(server.connectionCount).toBe(1);
    clock.seconds(7);
    await stopping;
    expect(server.connectionCount).toBe(0);
    client.kill(false);
  });
});

describe('stop under load loses no request', () => {
  interface Tally {
    sent: number;
    answered: number;
    /** The server had said that it ends the connection. */
    endedPolitely: boolean;
  }

  /** Sends one request after another, each once the previous one is answered, until the server sends close. */
  const sendAllTheTime = async (client: SocketClient): Promise<Tally> => {
    const tally: Tally = { sent: 0, answered: 0, endedPolitely: false };
    while (!tally.endedPolitely && !client.hasEnded) {
      client.get(`/${tally.sent++}`);
      const answer = await client.answered(tally.sent);
      if (answer === undefined) break;
      expect(answer).toMatchObject({ status: 200, content: `/${tally.answered++}` });
      tally.endedPolitely = saysClose(answer);
    }
    await client.closed;
    return tally;
  };

  it.each([
    ['a handler that answers at once', echoTarget],
    [
      'an asynchronous handler',
      application(async ({ request, response }) => {
        await turns(3);
        response.send(request.target);
      }),
    ],
  ])('50 clients that send all the time, %s', async (_name, app) => {
    const { server } = await startOnLoopback(app);
    const clients = await Promise.all(Array.from({ length: 50 }, () => clientOf(server)));
    const loads = clients.map(sendAllTheTime);
    await until(() => clients.every((client) => client.answers.length > 5));
    const stopping = server.stop();
    const tallies = await Promise.all(loads);
    await stopping;
    for (const [at, { sent, answered, endedPolitely }] of tallies.entries()) {
      expect({ at, lost: sent - answered, endedPolitely }).toEqual({ at, lost: 0, endedPolitely: true });
      expect(clients[at]!.error).toBeUndefined();
    }
  });

  it('pipelining clients know from connection: close which requests were not served', async () => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(
      application(async ({ request, response }) => {
        await turns();
        response.send(request.target);
      }),
      { clock },
    );
    const clients = await Promise.all(Array.from({ length: 20 }, () => clientOf(server)));
    for (const client of clients) client.send(Array.from({ length: 8 }, (_, at) => get(`/${at}`)).join(''));
    await until(() => clients.some((client) => client.answers.length > 1));
    const stopping = server.stop();
    await until(() => clients.every(({ answers }) => answers.length === 8 || answers.some(saysClose)));
    // Idle connections stay open for a request that the client may be sending.
    clock.seconds(3);
    await Promise.all(clients.map((client) => client.closed));
    await stopping;
    for (const { answers, error, rest } of clients) {
      expect(error).toBeUndefined();
      expect(rest).toBe('');
      expect(answers.map(({ content }) => content)).toEqual(answers.map((_, at) => `/${at}`));
      expect(answers.slice(0, -1).some(saysClose)).toBe(false);
      expect(answers.length === 8 || saysClose(answers.at(-1)!)).toBe(true);
    }
  });
});

describe('a client that reads slowly, and not too slowly', () => {
  const size = 32 * 1024 * 1024;
  const download = application(({ response }) => response.send(Buffer.alloc(size)));

  it.each([
    ['asked for Connection: close', 'Connection: close\r\n', false],
    ['is served while the server stops', '', true],
  ])('gets the whole response, although it %s', async (_name, fields, stops) => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(download, { clock });
    const client = await clientOf(server);
    client.stream.pause();
    client.get('/', fields);
    await until(() => client.stream.bytesWritten > 0 && server.connectionCount === 1);
    await turns(20);
    const stopping = stops ? server.stop() : undefined;
    await turns(20);
    for (let second = 0; second < 30; second++) {
      clock.seconds(1);
      await turns();
    }
    client.stream.resume();
    expect((await client.answered())?.content.length).toBe(size);
    expect(client.error).toBeUndefined();
    clock.seconds(3);
    await client.closed;
    await stopping;
  });
});

describe('the deadline', () => {
  it('resets a connection whose handler never ends; the handler sees the abort', async () => {
    const gate = new Gate();
    const { server, applicationErrors } = await startOnLoopback(gate.application);
    const client = (await clientOf(server)).get();
    await until(() => gate.waiting.length === 1);
    const { signal } = gate.waiting[0]!;
    const deadline = new AbortController();
    const stopping = server.stop(deadline.signal);
    await turns(10);
    expect(signal.aborted).toBe(false);
    deadline.abort();
    await stopping;
    await client.closed;
    expect(client.error).toMatchObject({ code: 'ECONNRESET' });
    expect(signal.reason).toMatchObject({
      code: 'HTTP_REQUEST_ABORTED',
      cause: { code: 'CONNECTION_ABORTED', message: 'The server has ended the connection' },
    });
    gate.open();
    await turns(3);
    expect(applicationErrors).toEqual([]);
  });

  it('resets a client that never reads', async () => {
    const { server } = await startOnLoopback(
      application(async ({ response }) => {
        for (;;) await response.write(Buffer.alloc(65_536));
      }),
    );
    const client = await clientOf(server);
    client.stream.pause();
    client.get();
    await until(() => server.connectionCount === 1);
    await turns(50);
    const deadline = new AbortController();
    const stopping = server.stop(deadline.signal);
    await turns(10);
    deadline.abort();
    await stopping;
    expect(server.connectionCount).toBe(0);
    client.kill(false);
  });

  it('without one, a client that never reads is ended by minResponseDataRate', async () => {
    const clock = new ManualClock();
    const { server } = await startOnLoopback(
      application(async ({ response }) => {
        for (let piece = 0; piece < 64; piece++) await response.write(Buffer.alloc(1024 * 1024));
      }),
      { clock, limits: { minResponseDataRate: { bytesPerSecond: 1024 * 1024, gracePeriod: 2000 } } },
    );
    const client = await clientOf(server);
    client.stream.pause();
    client.get();
    await until(() => server.connectionCount === 1);
    await turns(20);
    const stopping = server.stop();
    await turns(20);
    clock.seconds(2);
    await turns(10);
    expect(server.connectionCount).toBe(1);
    clock.seconds(4);
    await stopping;
    expect(server.connectionCount).toBe(0);
    client.kill(false);
  });

  it('of a second call counts as well', async () => {
    const gate = new Gate();
    const { server } = await startOnLoopback(gate.application);
    (await clientOf(server)).get();
    await until(() => gate.waiting.length === 1);
    const stopping = server.stop();
    await turns(10);
    expect(server.connectionCount).toBe(1);
    await server[Symbol.asyncDispose]();
    await stopping;
    expect(server.connectionCount).toBe(0);
  });

  it('one that has aborted already: no waiting', async () => {
    const gate = new Gate();
    const { server } = await startOnLoopback(gate.application);
    (await clientOf(server)).get();
    await until(() => gate.waiting.length === 1);
    await server.stop(AbortSignal.abort());
    expect(server.connectionCount).toBe(0);
  });

  it('a connection that is never reported closed is given up after another second', async () => {
    const clock = new ManualClock();
    const memory = new MemoryTransport();
    const deaf: HttpProtocol = {
      alpn: 'deaf',
      createHandler: () => (connection) => {
        connection.abort = () => {};
      },
    };
    const { server } = makeServer({ transports: [memory], protocols: [deaf], clock });
    server.listen({ kind: 'memory', name: 'app' });
    await server.start(echoTarget);
    memory.connect({ kind: 'memory', name: 'app' });
    await until(() => server.connectionCount === 1);
    const stopping = server.stop(AbortSignal.abort());
    await turns(10);
    clock.seconds(1);
    await stopping;
    expect(server.connectionCount).toBe(1);
  });

  it('a protocol that throws when it is asked to close : its connection is aborted, the others close gracefully', async () => {
    const memory = new MemoryTransport();
    let asked = 0;
    const fragile: HttpProtocol = {
      alpn: 'fragile',
      createHandler: () => (connection) => {
        connection.start({ received: () => {}, drained: () => {}, ended: () => connection.end(), closed: () => {} });
        connection.features.require(ConnectionLifetimeNotificationFeature).onCloseRequested({
          closeRequested: () => {
            if (asked++ === 0) throw new Error('fragile');
            connection.end();
          },
        });
      },
    };
    const { server } = makeServer({ transports: [memory], protocols: [fragile] });
    server.listen({ kind: 'memory', name: 'app' });
    await server.start(echoTarget);
    const errors: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      const client = memory.connect({ kind: 'memory', name: 'app' });
      client.start({
        received: () => {},
        drained: () => {},
        ended: () => client.end(),
        closed: (error) => void errors.push(error),
      });
    }
    await until(() => server.connectionCount === 3);
    await server.stop();
    expect(asked).toBe(3);
    expect(errors.filter((error) => error !== undefined)).toMatchObject([{ code: 'CONNECTION_RESET' }]);
  });
});
