import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { type Connection, type Receiver, fromDuplex, takeStream } from '@windhover/connections';
import {
  type HttpContext,
  HttpError,
  HttpEventsFeature,
  HttpOutcomeFeature,
  HttpResponseFeature,
  HttpTakeOverFeature,
  HttpUpgradeFeature,
  type RequestDelegate,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { http1 } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type Harness, get, post, serve, settled } from './support/exchange-harness.ts';

const asks = 'Connection: keep-alive, Upgrade\r\nUpgrade: echo\r\n';
const connect = 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n';

class Collector implements Receiver {
  readonly events: string[] = [];

  received(bytes: Uint8Array): void {
    this.events.push(Buffer.from(bytes).toString('latin1'));
  }

  drained(): void {
    this.events.push('drained');
  }

  ended(): void {
    this.events.push('ended');
  }

  closed(error?: Error): void {
    this.events.push(`closed ${error?.message}`);
  }
}

/** A handler that upgrades, and what it was given. */
const upgrading = (options: Parameters<typeof serve>[1] = {}): { harness: Harness; connections: Connection[] } => {
  const connections: Connection[] = [];
  const harness = serve((context) => {
    connections.push(context.features.require(HttpUpgradeFeature).upgrade('echo'));
  }, options);
  return { harness, connections };
};

describe('which requests can be upgraded (RFC 9110 7.8)', () => {
  const isUpgradable = (request: string): boolean => {
    let answer!: boolean;
    const harness = serve((context: HttpContext) => {
      answer = context.features.require(HttpUpgradeFeature).isUpgradableRequest;
      context.response.statusCode = 400;
    });
    harness.receive(request);
    return answer;
  };

  it.each([
    ['Connection: upgrade with Upgrade', get('/', asks), true],
    ['any method', get('/', asks).replace('GET', 'BREW'), true],
    ['no Upgrade field', get('/', 'Connection: Upgrade\r\n'), false],
    ['no Connection: upgrade', get('/', 'Upgrade: echo\r\n'), false],
    ['HTTP/1.0', get('/', asks).replace('HTTP/1.1', 'HTTP/1.0'), false],
    ['with content', post('x', asks), false],
    ['with content of length 0', post('', asks), true],
    ['CONNECT', connect, true],
  ])('%s: %3$s', (_name, request, expected) => {
    expect(isUpgradable(request)).toBe(expected);
  });
});

describe('upgrade', () => {
  it('101 with the fields of the response, then the bytes are the new protocol', async () => {
    const connections: Connection[] = [];
    const harness = serve((context) => {
      context.response.headers.set('X-Extra', '1');
      connections.push(context.features.require(HttpUpgradeFeature).upgrade('echo'));
    });
    harness.receive(`${get('/', asks)}${get('/smuggled')}`);
    expect(harness.sent()).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nX-Extra: 1\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n',
    );
    const collector = new Collector();
    connections[0]!.start(collector);
    await settled();
    expect(collector.events).toEqual([get('/smuggled')]);
    harness.receive('more');
    connections[0]!.write('answer');
    await settled();
    expect(collector.events).toEqual([get('/smuggled'), 'more']);
    expect(harness.next()).toMatch(/answer$/);
    expect(harness.connection.hasEnded).toBe(false);
  });

  it('the response has started and ended: nothing of it can follow, and onStarting was its last change', () => {
    const seen: unknown[] = [];
    const harness = serve(({ features, response }) => {
      response.onStarting(() => response.headers.set('X-Late', '1'));
      features.require(HttpUpgradeFeature).upgrade('echo');
      seen.push(response.hasStarted, response.hasEnded);
      for (const late of [() => response.write('x'), () => response.headers.set('X', '1'), () => response.clear()]) {
        expect(late).toThrow(HttpError);
      }
    });
    harness.receive(get('/', asks));
    expect(harness.sent()).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nX-Late: 1\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n',
    );
    expect(seen).toEqual([true, true]);
  });

  it.each([
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'chunked'],
  ])('RFC 9110 8.6, RFC 9112 6.1 %s in its response: HTTP_FIELD_NOT_ALLOWED, and nothing is sent', (name, value) => {
    const codes: string[] = [];
    const harness = serve(({ features, response }) => {
      response.headers.set(name, value);
      try {
        features.require(HttpUpgradeFeature).upgrade('echo');
      } catch (error) {
        codes.push((error as HttpError).code);
      }
      response.clear();
      response.statusCode = 400;
      response.end();
    });
    harness.receive(get('/', asks));
    expect(codes).toEqual(['HTTP_FIELD_NOT_ALLOWED']);
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('a Content-Length of 0 in its response is not sent', () => {
    const harness = serve(({ features, response }) => {
      response.headers.set('Content-Length', '0');
      features.require(HttpUpgradeFeature).upgrade('echo');
    });
    harness.receive(get('/', asks));
    expect(harness.sent()).toBe('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n');
  });

  it('an onStarting callback that fails: 500, and the connection, which counts as upgraded, ends', () => {
    const harness = serve(({ features, response }) => {
      response.onStarting(() => {
        throw new Error('starting');
      });
      features.require(HttpUpgradeFeature).upgrade('echo');
    });
    harness.receive(get('/', asks));
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('an onStarting callback that aborts the request: the upgrade throws HTTP_REQUEST_ABORTED', () => {
    const failures: unknown[] = [];
    const harness = serve((context) => {
      context.response.onStarting(() => context.abort());
      try {
        context.features.require(HttpUpgradeFeature).upgrade('echo');
      } catch (error) {
        failures.push(error);
        throw error;
      }
    });
    harness.receive(get('/', asks));
    expect(failures).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED' }]);
    expect([harness.sent(), harness.applicationErrors]).toEqual(['', []]);
  });

  it('what fails when the exchange is over can still be reported', () => {
    const harness = serve(({ features }) => {
      features.require(HttpUpgradeFeature).upgrade('echo');
      features.require(HttpEventsFeature).applicationError('late', features);
    });
    harness.receive(get('/', asks));
    expect(harness.applicationErrors).toEqual(['late']);
  });

  it('bytes wait until the new protocol starts', () => {
    const { harness, connections } = upgrading();
    harness.receive(get('/', asks));
    expect(harness.connection.isPaused).toBe(true);
    connections[0]!.start(new Collector());
    expect(harness.connection.isPaused).toBe(false);
  });

  it('pause before start keeps the early bytes back, resume gives them', async () => {
    const { harness, connections } = upgrading();
    harness.receive(`${get('/', asks)}early`);
    const collector = new Collector();
    connections[0]!.pause();
    connections[0]!.start(collector);
    await settled();
    expect(collector.events).toEqual([]);
    connections[0]!.resume();
    await settled();
    expect(collector.events).toEqual(['early']);
    expect(harness.connection.isPaused).toBe(false);
  });

  it('an end that comes is delivered after the early bytes', async () => {
    const { harness, connections } = upgrading();
    harness.receive(`${get('/', asks)}early`);
    const collector = new Collector();
    connections[0]!.start(collector);
    harness.connection.receiver.ended();
    await settled();
    expect(collector.events).toEqual(['early', 'ended']);
  });

  it('the end of the client while the handler waited is delivered after the start', async () => {
    const connections: Connection[] = [];
    const harness = serve(async (context) => {
      await settled();
      connections.push(context.features.require(HttpUpgradeFeature).upgrade('echo'));
    });
    harness.receive(`${get('/', asks)}early`);
    harness.connection.receiver.ended();
    await settled();
    await settled();
    const collector = new Collector();
    connections[0]!.start(collector);
    await settled();
    expect(collector.events).toEqual(['early', 'ended']);
    expect(harness.connection.hasEnded).toBe(false);
  });

  it('CONNECT is answered 200 without a length', () => {
    const connections: Connection[] = [];
    const harness = serve((context) => {
      connections.push(context.features.require(HttpUpgradeFeature).upgrade());
    });
    harness.receive(connect);
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\n\r\n');
  });

  it('no limits of HTTP apply from then on', () => {
    const { harness, connections } = upgrading({ limits: { keepAliveTimeout: 1000 } });
    harness.receive(get('/', asks));
    connections[0]!.start(new Collector());
    harness.seconds(1000);
    expect(harness.connection.hasEnded).toBe(false);
    expect(harness.connection.isAborted).toBe(false);
  });

  it.each([
    ['not asked for', get(), (context: HttpContext) => context.features.require(HttpUpgradeFeature).upgrade('echo')],
    [
      'after the response has started',
      get('/', asks),
      (context: HttpContext) => {
        context.response.end();
        context.features.require(HttpUpgradeFeature).upgrade('echo');
      },
    ],
    [
      'twice',
      get('/', asks),
      (context: HttpContext) => {
        const feature = context.features.require(HttpUpgradeFeature);
        feature.upgrade('echo');
        feature.upgrade('echo');
      },
    ],
    [
      'to a protocol that was not offered',
      get('/', asks),
      (context: HttpContext) => context.features.require(HttpUpgradeFeature).upgrade('gopher'),
    ],
  ])('%s: HTTP_UPGRADE_NOT_POSSIBLE', (_name, request, handler) => {
    const harness = serve((context) => {
      handler(context);
    });
    harness.receive(request);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_UPGRADE_NOT_POSSIBLE' }]);
    expect(harness.sent().match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('after the client has left: HTTP_REQUEST_ABORTED, which is not reported', async () => {
    const gate = deferred();
    let thrown: unknown;
    const harness = serve(async (context) => {
      await gate.promise;
      try {
        context.features.require(HttpUpgradeFeature).upgrade('echo');
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
    harness.receive(get('/', asks));
    harness.connection.abort();
    await settled();
    gate.resolve();
    await until(() => thrown !== undefined);
    await settled();
    expect(thrown).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    expect(harness.applicationErrors).toEqual([]);
  });

  it('a request whose upgrade is not taken is an ordinary one', () => {
    const harness = serve(({ response }) => response.send('plain'));
    harness.receive(get('/', asks) + get());
    expect(harness.sent().match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  });

  it.each<[string, RequestDelegate]>([
    ['sends', ({ response }) => response.send('x')],
    ['sends later', async ({ response }) => settled().then(() => response.send('x'))],
    ['streams', ({ response }) => response.write('x')],
    ['does nothing', () => {}],
  ])(
    'CONNECT to a handler that %s without an upgrade: 501, no error, and what follows is not read',
    async (_name, handler) => {
      const harness = serve(handler);
      harness.receive(connect + get('/smuggled'));
      await until(() => harness.connection.hasEnded);
      expect(harness.sent()).toBe('HTTP/1.1 501 Not Implemented\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      expect(harness.badRequests).toMatchObject([{ code: 'HTTP1_CONNECT_NOT_IMPLEMENTED', status: 501 }]);
      expect(harness.applicationErrors).toEqual([]);
    },
  );

  it('CONNECT can be answered with a status of its own', () => {
    const harness = serve(({ response }) => {
      response.statusCode = 405;
      response.headers.set('Allow', 'GET');
    });
    harness.receive(connect);
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 405 [^]*Allow: GET\r\n/);
    expect(harness.badRequests).toEqual([]);
  });
});

describe('an upgraded connection that is lost to the application', () => {
  const limits = { requestHeadersTimeout: 5000 };

  it.each<[string, (upgraded: Connection) => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['rejects', () => Promise.reject(new Error('mine'))],
    [
      'starts it and throws',
      (upgraded) => {
        upgraded.start(new Collector());
        throw new Error('mine');
      },
    ],
  ])('is aborted when the handler %s', async (_name, afterwards) => {
    const harness = serve((context) => afterwards(context.features.require(HttpUpgradeFeature).upgrade('echo')));
    harness.receive(get('/', asks));
    await until(() => harness.connection.isAborted);
    expect(harness.connection.abortReason).toMatchObject({ message: 'mine' });
    expect(harness.applicationErrors).toMatchObject([{ message: 'mine' }]);
    expect(harness.sent().match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('is disposed, and reported, when it is not started within requestHeadersTimeout after the handler has returned', async () => {
    const wait = deferred();
    const harness = serve(
      async (context) => {
        context.features.require(HttpUpgradeFeature).upgrade('echo');
        await wait.promise;
      },
      { limits },
    );
    harness.receive(get('/', asks));
    harness.seconds(60);
    wait.resolve();
    await turns();
    harness.seconds(5);
    expect(harness.connection.isDisposed).toBe(false);
    harness.seconds(1);
    expect([harness.connection.isDisposed, harness.connection.isAborted]).toEqual([true, false]);
    expect(harness.applicationErrors).toMatchObject([{ code: 'HTTP_UPGRADE_UNUSED' }]);
  });

  it('stays when it is started in time', () => {
    const { harness, connections } = upgrading({ limits });
    harness.receive(get('/', asks));
    harness.seconds(4);
    connections[0]!.start(new Collector());
    harness.seconds(60);
    expect([harness.connection.isDisposed, harness.connection.isAborted]).toEqual([false, false]);
    expect(harness.applicationErrors).toEqual([]);
  });
});

describe('refused requests can be given content, never another status', () => {
  it('before and while the request runs', async () => {
    const refusal = (error: { code: string }): { contentType: string; content: string } => ({
      contentType: 'text/plain',
      content: `refused ${error.code}`,
    });
    const harness = serve(async ({ request }) => void (await request.bytes()), { refusal });
    harness.receive('bad\r\n\r\n');
    expect(harness.sent()).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: text\/plain\r\nconnection: close\r\ncontent-length: 34\r\n\r\nrefused HTTP1_REQUEST_LINE_INVALID$/,
    );
    const running = serve(async ({ request }) => void (await request.bytes()), { refusal });
    running.receive(get('/', 'Transfer-Encoding: chunked\r\n').concat('zz\r\n'));
    await settled();
    expect(running.sent()).toMatch(/^HTTP\/1\.1 400 [^]*refused HTTP1_CHUNK_SIZE_INVALID$/);
  });

  it('a responder that fails is reported, and the status goes out alone', () => {
    const harness = serve(() => {}, {
      refusal: () => {
        throw new Error('mine');
      },
    });
    harness.receive('bad\r\n\r\n');
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n$/);
    expect(harness.applicationErrors).toMatchObject([{ message: 'mine' }]);
  });
});

describe('takeStream of an upgraded connection', () => {
  const overSockets = async (): Promise<{ upgraded: Connection; peer: Duplex }> => {
    const [stream, peer] = duplexPair({ allowHalfOpen: true });
    let upgraded!: Connection;
    const application = pipelineApplication((context) => {
      upgraded = context.features.require(HttpUpgradeFeature).upgrade('echo');
    });
    await http1().createHandler(application, {
      limits: resolveHttpLimits(),
      serverHeader: null,
      dateHeader: false,
      wallClock: Date.now,
      events: { applicationError: () => {}, badRequest: () => {} },
    })(fromDuplex(stream));
    peer.write(`${get('/', asks)}early `);
    await once(peer, 'data');
    return { upgraded, peer };
  };

  it('gives the stream below, with the bytes that came early in front', async () => {
    const { upgraded, peer } = await overSockets();
    const stream = takeStream(upgraded)!;
    peer.end('late');
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('early late');
  });

  it('gives only later bytes once the receiver has the early ones, and the receiver is not called again', async () => {
    const { upgraded, peer } = await overSockets();
    const collector = new Collector();
    upgraded.start(collector);
    await settled();
    const stream = takeStream(upgraded)!;
    peer.end('late');
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('late');
    expect(collector.events).toEqual(['early ']);
  });
});

describe('takeReceived', () => {
  const taken: string[] = [];
  const taking = (then: (features: HttpContext['features']) => unknown): Harness => {
    taken.length = 0;
    return serve(({ features }) => {
      taken.push(Buffer.from(features.require(HttpUpgradeFeature).takeReceived!()).toString());
      return then(features) as void;
    });
  };

  it.each([
    ['none', []],
    ['in one piece', ['early']],
    ['in pieces', [' earl', 'y']],
  ])('bytes after the request, %s: they are not input of the upgraded connection', async (_name, pieces) => {
    const collector = new Collector();
    const harness = serve(async ({ features }) => {
      const upgrade = features.require(HttpUpgradeFeature);
      await settled();
      taken.push(Buffer.from(upgrade.takeReceived!()).toString());
      upgrade.upgrade('echo').start(collector);
    });
    taken.length = 0;
    harness.receive(get('/', asks));
    for (const piece of pieces) harness.receive(piece);
    await settled();
    await settled();
    harness.receive('later');
    await settled();
    expect(taken).toEqual([pieces.join('')]);
    expect(collector.events).toEqual(['later']);
  });

  it('bytes that are received after it are input of the upgraded connection', async () => {
    const collector = new Collector();
    const wait = deferred();
    const harness = taking(async (features) => {
      await wait.promise;
      features.require(HttpUpgradeFeature).upgrade('echo').start(collector);
    });
    harness.receive(`${get('/', asks)}early`);
    harness.receive('later');
    wait.resolve();
    await settled();
    expect([taken, collector.events]).toEqual([['early'], ['later']]);
  });

  it('without an upgrade, the response is the last one of the connection', async () => {
    const harness = taking((features) => void features.require(HttpResponseFeature));
    harness.receive(`${get('/', asks)}${get('/smuggled')}`);
    await settled();
    expect(taken).toEqual([get('/smuggled')]);
    expect(harness.sent()).toBe('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(harness.connection.hasEnded).toBe(true);
  });

  it('of no bytes leaves the connection open', async () => {
    const harness = taking(() => {});
    harness.receive(get('/', asks));
    harness.receive(get('/', asks));
    await settled();
    expect(taken).toEqual(['', '']);
  });

  it('of a request that cannot be upgraded: HTTP_UPGRADE_NOT_POSSIBLE', () => {
    const harness = taking(() => {});
    harness.receive(get('/'));
    expect(harness.applicationErrors).toEqual([expect.objectContaining({ code: 'HTTP_UPGRADE_NOT_POSSIBLE' })]);
  });
});

describe('takeOver', () => {
  it('sends what the response has written, and the connection belongs to the handler', async () => {
    const collector = new Collector();
    const seen: unknown[] = [];
    const harness = serve(({ features, response }) => {
      response.onCompleted(() => void seen.push(features.require(HttpOutcomeFeature).outcomeStatus));
      response.statusCode = 202;
      void response.write('held');
      const connection = features.require(HttpTakeOverFeature).takeOver();
      connection.write('|raw');
      connection.start(collector);
      expect(() => response.write('x')).toThrow(HttpError);
      expect(() => features.require(HttpTakeOverFeature).takeOver()).toThrow(
        expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' }),
      );
    });
    harness.receive(`${post('content')}${get('/next')}`);
    await settled();
    harness.receive('more');
    expect(harness.sent()).toBe('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n4\r\nheld\r\n|raw');
    expect(collector.events.join('')).toBe(`content${get('/next')}more`);
    expect([seen, harness.applicationErrors]).toEqual([[202], []]);
  });

  it('of a client that has disconnected: HTTP_REQUEST_ABORTED', async () => {
    const wait = deferred();
    let error: unknown;
    const harness = serve(async ({ features }) => {
      await wait.promise;
      try {
        features.require(HttpTakeOverFeature).takeOver();
      } catch (thrown) {
        error = thrown;
      }
    });
    harness.receive(get('/'));
    harness.connection.close();
    wait.resolve();
    await settled();
    expect(error).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
  });

  it('a failure after it resets the connection', async () => {
    const harness = serve(({ features }) => {
      features.require(HttpTakeOverFeature).takeOver().start(new Collector());
      throw new Error('failed');
    });
    harness.receive(get('/'));
    await settled();
    expect(harness.applicationErrors).toEqual([expect.objectContaining({ message: 'failed' })]);
    expect(harness.connection.isAborted).toBe(true);
  });
});
