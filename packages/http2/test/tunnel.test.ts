// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import {
  type Connection,
  ConnectionHeartbeatFeature,
  ConnectionLifetimeFeature,
  ConnectionLifetimeNotificationFeature,
  fromDuplex,
  toDuplex,
} from '@windhover/connections';
import {
  HttpExtendedConnectFeature,
  HttpOutcomeFeature,
  HttpUpgradeFeature,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { uncaughtExceptions } from '../../../tools/test-support/uncaught-exceptions.ts';
import { until } from '../../../tools/test-support/until.ts';
import { http2 } from '../src/index.ts';
import { serve } from './support/serve.ts';
import { TestServer } from './support/test-server.ts';

const ignore = { received: () => undefined, drained: () => undefined, ended: () => undefined, closed: () => undefined };

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** Both ends of a stream that CONNECT has opened. */
const tunnel = async (): Promise<{ client: Connection; served: Connection }> => {
  const [client, below] = connectionPair();
  const opened = new Promise<Connection>((resolve) => {
    const application = pipelineApplication(({ features }) => resolve(features.require(HttpUpgradeFeature).upgrade()));
    void http2().createHandler(application, {
      limits: resolveHttpLimits(),
      serverHeader: null,
      dateHeader: false,
      wallClock: Date.now,
      events: { applicationError: () => undefined, badRequest: () => undefined },
    })(below);
  });
  const duplex = toDuplex(client);
  const session = connect('http://a', { createConnection: () => duplex });
  sessions.push(session);
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'b:1' });
  await once(stream, 'response');
  return { client: fromDuplex(stream), served: await opened };
};

describe('a stream of CONNECT complies', () => {
  for (const { name, run } of connectionCompliance({ pair: tunnel })) it(name, run);
});

describe('RFC 9113 8.5 CONNECT', () => {
  it('200, then bytes in both directions, then both ends', async () => {
    const served = serve(({ features }) => {
      const connection = features.require(HttpUpgradeFeature).upgrade();
      connection.start({
        received: (bytes) => void connection.write(bytes),
        drained: () => undefined,
        ended: () => connection.end(),
        closed: () => undefined,
      });
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nDATA 1: "ping"');
    expect(await served.settled()).toEqual(['HEADERS 1 :status=200', 'DATA 1 "ping"']);
    served.send('DATA END_STREAM 1: "pong"');
    expect(await served.settled()).toEqual(['DATA 1 "pong"', 'DATA 1 "" end']);
  });

  it.each([
    ['with DATA', 'HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nDATA 1: "ear"\nDATA END_STREAM 1: "ly"'],
    [
      'with trailers',
      'HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nDATA 1: "early"\n' +
        'HEADERS END_HEADERS,END_STREAM 1: [x-a=b]',
    ],
  ])(
    'bytes and the end of the client, %s, before a handler opens the tunnel: its first input',
    async (_title, sent) => {
      const gate = deferred();
      const events: string[] = [];
      const served = serve(async ({ features }) => {
        await gate.promise;
        features
          .require(HttpUpgradeFeature)
          .upgrade()
          .start({
            received: (bytes) => void events.push(String(bytes)),
            drained: () => undefined,
            ended: () => void events.push('ended'),
            closed: () => undefined,
          });
      });
      served.send(sent);
      gate.resolve();
      await served.settled();
      expect(events).toEqual(['early', 'ended']);
    },
  );

  it.each([
    ['begun before', false],
    ['begun after', true],
  ])('a read of content, %s the tunnel is open: the content is empty', async (_title, isLate) => {
    const texts: string[] = [];
    const served = serve(async ({ request, features }) => {
      const early = isLate ? undefined : request.text();
      features.require(HttpUpgradeFeature).upgrade().start(ignore);
      texts.push(await (early ?? request.text()));
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nDATA 1: "a"');
    await served.settled();
    expect(texts).toEqual(['']);
  });

  it('a CONNECT that ends with its head: the tunnel is notified of the end', async () => {
    const events: string[] = [];
    const served = serve(({ features }) => {
      features
        .require(HttpUpgradeFeature)
        .upgrade()
        .start({
          received: () => void events.push('received'),
          drained: () => undefined,
          ended: () => void events.push('ended'),
          closed: () => undefined,
        });
    });
    served.send('HEADERS END_HEADERS,END_STREAM 1: [:method=CONNECT] [:authority=b:1]');
    await served.settled();
    expect(events).toEqual(['ended']);
  });

  it.each([
    ['websocket', ['DATA 1 "" end', 'RST_STREAM 1 NO_ERROR'], ['closed undefined']],
    ['connect-ip', ['DATA 1 "" end'], []],
  ])('RFC 8441 5 a server that ends a stream of %s', async (protocol, sent, events) => {
    const received: string[] = [];
    const served = serve(({ features }) => {
      const connection = features.require(HttpExtendedConnectFeature).accept();
      connection.start({
        received: () => connection.end(),
        drained: () => undefined,
        ended: () => undefined,
        closed: (error) => void received.push(`closed ${String(error)}`),
      });
    });
    served.send(
      `HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=a] [:scheme=http] [:path=/] [:protocol=${protocol}]`,
    );
    await served.settled();
    served.send('DATA 1: "the last bytes"');
    expect(await served.settled()).toEqual(sent);
    expect(received).toEqual(events);
  });

  it('HEADERS on the stream of a tunnel: a stream error, and its connection is reset', async () => {
    const closed = deferred<unknown>();
    const served = serve(({ features }) => {
      features
        .require(HttpUpgradeFeature)
        .upgrade()
        .start({ ...ignore, closed: closed.resolve });
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    await served.settled();
    served.send('HEADERS END_HEADERS,END_STREAM 1: [x-a=b]');
    expect(await served.settled()).toEqual(['RST_STREAM 1 PROTOCOL_ERROR']);
    expect(await closed.promise).toMatchObject({ code: 'CONNECTION_RESET', cause: { code: 'HTTP2_TUNNEL_HEADERS' } });
  });

  it.each([
    ['of CONNECT', '', 'CONNECT_ERROR'],
    ['of another protocol', ' [:scheme=http] [:path=/] [:protocol=connect-ip]', 'CONNECT_ERROR'],
    ['of a WebSocket (RFC 8441 5)', ' [:scheme=http] [:path=/] [:protocol=websocket]', 'CANCEL'],
  ])('a tunnel %s that the server aborts', async (_title, fields, code) => {
    const served = serve(({ features }) => {
      const extended = features.get(HttpExtendedConnectFeature);
      const tunnel = extended === undefined ? features.require(HttpUpgradeFeature).upgrade() : extended.accept();
      tunnel.start({ ...ignore, received: () => tunnel.abort() });
    });
    served.send(`HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]${fields}`);
    await served.settled();
    served.send('DATA 1: "a"');
    expect(await served.settled()).toEqual([`RST_STREAM 1 ${code}`]);
  });

  it('a handler that answers 2xx without opening the tunnel: 501, and no error of the application', async () => {
    const served = serve(({ response }) => response.send('no tunnel'));
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    expect((await served.settled())[0]).toMatch(/^HEADERS 1 :status=501/);
    expect(served.applicationErrors).toEqual([]);
    expect(served.badRequests).toMatchObject([{ code: 'HTTP2_CONNECT_NOT_IMPLEMENTED', status: 501 }]);
  });

  it('the outcome is the status that is sent, whatever status was set', async () => {
    const outcomes: number[] = [];
    const served = serve(({ features, response }) => {
      response.onCompleted(() => void outcomes.push(features.require(HttpOutcomeFeature).outcomeStatus));
      response.statusCode = 404;
      features.require(HttpUpgradeFeature).upgrade();
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    expect((await served.settled())[0]).toMatch(/^HEADERS 1 :status=200/);
    expect(outcomes).toEqual([200]);
  });

  it('a handler that opens the tunnel after the client has reset the stream: HTTP_REQUEST_ABORTED', async () => {
    const gate = deferred();
    const thrown: unknown[] = [];
    const served = serve(async ({ features }) => {
      await gate.promise;
      try {
        features.require(HttpUpgradeFeature).upgrade();
      } catch (error) {
        thrown.push(error);
      }
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nRST_STREAM 1: CANCEL');
    await served.settled();
    gate.resolve();
    await until(() => thrown.length > 0);
    expect(thrown).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED' }]);
  });

  it('a handler that refuses it', async () => {
    const served = serve(({ response }) => void (response.statusCode = 403));
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    expect(await served.settled()).toEqual(['HEADERS 1 :status=403 content-length=0 end']);
    served.seconds(2);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
  });
});

describe('a tunnel that is not started', () => {
  it('by requestHeadersTimeout after the handler has returned: HTTP_UPGRADE_UNUSED, and the stream is reset', async () => {
    const served = serve(({ features }) => void features.require(HttpUpgradeFeature).upgrade());
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    served.seconds(29);
    expect(await served.settled()).toEqual(['HEADERS 1 :status=200']);
    served.seconds(3);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
    expect(served.applicationErrors).toMatchObject([{ code: 'HTTP_UPGRADE_UNUSED' }]);
  });

  it('and is started later than its handler has returned: it stays', async () => {
    let tunnel!: Connection;
    const served = serve(({ features }) => void (tunnel = features.require(HttpUpgradeFeature).upgrade()));
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    served.seconds(10);
    tunnel.start(ignore);
    served.seconds(60);
    expect(await served.settled()).toEqual(['HEADERS 1 :status=200']);
    expect(served.applicationErrors).toEqual([]);
  });
});

describe('features of the server for tunnels', () => {
  const connect = (id: number): string => `HEADERS END_HEADERS ${id}: [:method=CONNECT] [:authority=b:1]`;
  const goAway = ['GOAWAY 2147483647 NO_ERROR', 'PING'];

  it('a server that ends the connection: GOAWAY, and each tunnel is asked to end', async () => {
    const asked: string[] = [];
    const served = serve(({ features }) => {
      const tunnel = features.require(HttpUpgradeFeature).upgrade();
      const lifetime = tunnel.features.require(ConnectionLifetimeNotificationFeature);
      const closeRequested = (): void => {
        asked.push(tunnel.id);
        tunnel.end();
      };
      lifetime.onCloseRequested({ closeRequested });
      lifetime.connectionClosedRequested.addEventListener('abort', () => asked.push('signal'));
      tunnel.start({ ...ignore, ended: () => tunnel.end() });
    });
    served.send(`${connect(1)}\n${connect(3)}`);
    await served.settled();
    served.server.requestClose();
    const { id } = served.connection;
    expect(asked).toEqual(['signal', `${id}:1`, 'signal', `${id}:3`]);
    expect(await served.settled()).toEqual([...goAway, 'DATA 1 "" end', 'DATA 3 "" end']);
    served.send('DATA END_STREAM 1: ""\nDATA END_STREAM 3: ""\nPING ACK: "leaving" 00');
    await served.settled();
    expect(served.connection.hasEnded).toBe(true);
  });

  it('a tunnel that is opened later is asked at once', async () => {
    let isAsked = false;
    const served = serve(({ features }) => {
      const tunnel = features.require(HttpUpgradeFeature).upgrade();
      tunnel.start(ignore);
      const lifetime = tunnel.features.require(ConnectionLifetimeNotificationFeature);
      lifetime.onCloseRequested({ closeRequested: () => void (isAsked = true) });
    });
    served.server.requestClose();
    served.send(connect(1));
    await served.settled();
    expect(isAsked).toBe(true);
  });

  it('a tunnel that is asked to end by its handler: the connection continues', async () => {
    let isAsked = false;
    const served = serve(({ features, request, response }) => {
      if (request.method === 'GET') return response.send('ok');
      const tunnel = features.require(HttpUpgradeFeature).upgrade();
      tunnel.start(ignore);
      const lifetime = tunnel.features.require(ConnectionLifetimeNotificationFeature);
      lifetime.onCloseRequested({ closeRequested: () => void (isAsked = true) });
      lifetime.requestClose();
    });
    served.send(`${connect(1)}\nHEADERS END_HEADERS,END_STREAM 3: GET`);
    expect([(await served.settled()).at(-1), isAsked]).toEqual(['DATA 3 "ok" end', true]);
  });

  it.each([
    ['is reset', 'RST_STREAM 1: 00000008'],
    ['ends', 'DATA END_STREAM 1: ""'],
  ])(
    'a tunnel that %s: its listeners of the heartbeat are removed, and connectionClosed aborts',
    async (_title, sent) => {
      let beats = 0;
      let signal: AbortSignal | undefined;
      const served = serve(({ features }) => {
        const tunnel = features.require(HttpUpgradeFeature).upgrade();
        tunnel.features.require(ConnectionHeartbeatFeature).onHeartbeat({ heartbeat: () => void beats++ });
        signal = tunnel.features.require(ConnectionLifetimeFeature).connectionClosed;
        tunnel.start({ ...ignore, ended: () => tunnel.end() });
      });
      const before = served.server.heartbeatListeners;
      served.send(connect(1));
      await served.settled();
      served.seconds(1);
      expect([beats, served.server.heartbeatListeners, signal!.aborted]).toEqual([1, before + 1, false]);
      served.send(sent);
      await served.settled();
      served.seconds(1);
      expect([beats, served.server.heartbeatListeners, signal!.aborted]).toEqual([1, before, true]);
    },
  );
});

describe('the signal of the request, while the handler of a tunnel runs', () => {
  it.each([
    ['is reset', 'RST_STREAM 1: 00000008'],
    ['ends', 'DATA END_STREAM 1: ""'],
  ])('aborts when the tunnel %s', async (_title, sent) => {
    let signal!: AbortSignal;
    const served = serve(async (context) => {
      const tunnel = context.features.require(HttpUpgradeFeature).upgrade();
      tunnel.start({ ...ignore, ended: () => tunnel.end() });
      ({ signal } = context);
      await new Promise(() => {});
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    await served.settled();
    expect(signal.aborted).toBe(false);
    served.send(sent);
    await served.settled();
    expect(signal.reason).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
  });
});

describe('a receiver that throws', () => {
  it.each([
    ['at bytes', 'DATA 1: "a"', 'DATA 1: "b"'],
    ['at the end', 'DATA END_STREAM 1: ""', undefined],
  ])('%s: an uncaught exception, and the streams of the connection continue', async (_title, sent, later) => {
    const received: string[] = [];
    const fail = (): never => {
      throw new Error('not today');
    };
    const served = serve(({ features, request, response }) => {
      if (request.method === 'GET') return response.send('ok');
      const tunnel = features.require(HttpUpgradeFeature).upgrade();
      const receive = (bytes: Uint8Array): void => {
        received.push(String(bytes));
        if (received.length === 1) fail();
      };
      tunnel.start({ ...ignore, received: receive, ended: fail });
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    await served.settled();
    const uncaught = await uncaughtExceptions(async () => {
      served.send(`${sent}\nHEADERS END_HEADERS,END_STREAM 3: GET`);
      expect((await served.settled()).at(-1)).toBe('DATA 3 "ok" end');
    });
    expect(uncaught).toMatchObject([{ message: 'not today' }]);
    if (later === undefined) return;
    served.send(later);
    expect(received).toEqual(['a', 'b']);
  });
});

describe('limits of connections', () => {
  it('tunnels make no room for further connections', async () => {
    await using test = await TestServer.start(
      'memory',
      ({ features }) => features.require(HttpUpgradeFeature).upgrade().start(ignore),
      { limits: { maxConcurrentConnections: 1 } },
    );
    const session = test.connect();
    sessions.push(session);
    for (const port of [1, 2]) {
      await once(session.request({ ':method': 'CONNECT', ':authority': `b:${port}` }), 'response');
    }
    expect(test.server.upgradedConnectionCount).toBe(2);
    test.open();
    await until(() => test.server.counters.total === 2);
    expect(test.server.counters).toMatchObject({ current: 1, rejected: { serverLimit: 1 } });
    session.destroy();
  });

  it('a tunnel whose onStarting callback aborts the request is not counted', async () => {
    const failures: unknown[] = [];
    await using test = await TestServer.start('memory', (context) => {
      context.response.onStarting(() => context.abort());
      try {
        context.features.require(HttpUpgradeFeature).upgrade();
      } catch (error) {
        failures.push(error);
        throw error;
      }
    });
    const session = test.connect();
    sessions.push(session);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'b:1' });
    await new Promise<void>((resolve) => stream.on('error', () => {}).on('close', resolve));
    expect(failures).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED' }]);
    expect([test.server.upgradedConnectionCount, test.applicationErrors]).toEqual([0, []]);
    session.destroy();
  });

  it('a tunnel whose onStarting callback fails is not counted', async () => {
    await using test = await TestServer.start('memory', ({ features, response }) => {
      response.onStarting(() => {
        throw new Error('starting');
      });
      features.require(HttpUpgradeFeature).upgrade();
    });
    const session = test.connect();
    sessions.push(session);
    const [fields] = (await once(session.request({ ':method': 'CONNECT', ':authority': 'b:1' }), 'response')) as [
      Record<string, unknown>,
    ];
    expect(fields[':status']).toBe(500);
    expect(test.server.upgradedConnectionCount).toBe(0);
    session.destroy();
  });
});
