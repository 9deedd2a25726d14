import { once } from 'node:events';
import { type Connection } from '@windhover/connections';
import {
  type HttpContext,
  HttpError,
  HttpEventsFeature,
  HttpOutcomeFeature,
  HttpUpgradeFeature,
  type RequestDelegate,
} from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type Harness, get, post, serve, settled } from './support/exchange-harness.ts';
import { Collector, asks, connect } from './support/upgrades.ts';

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

  it.each([
    [
      'of the response',
      'x, echo',
      (response: HttpContext['response']) => response.headers.set('upgrade', 'echo'),
      'echo',
    ],
    ['the first that is offered', ' , Echo/2, x', () => {}, 'Echo/2'],
  ])('RFC 9110 7.8 an upgrade without a protocol: 101 has the Upgrade field %s', (_name, offers, prepare, sent) => {
    const harness = serve(({ features, response }) => {
      prepare(response);
      features.require(HttpUpgradeFeature).upgrade();
    });
    harness.receive(get('/', `Connection: upgrade\r\nUpgrade: ${offers}\r\n`));
    expect(harness.sent()).toMatch(new RegExp(`^HTTP/1\\.1 101 [^]*upgrade: ${sent}\r\n`));
  });

  it('RFC 9110 7.8 a client that expects 100 (Continue): 100 comes before 101', () => {
    const { harness } = upgrading();
    harness.receive(get('/', `${asks}Expect: 100-continue\r\n`));
    expect(harness.sent()).toBe(
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: echo\r\n\r\n',
    );
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

  it.each([
    ['an upgrade', get('/', asks), 101],
    ['CONNECT', connect, 200],
  ])('the outcome of %s is the status that is sent, whatever status was set', (_name, request, status) => {
    const outcomes: number[] = [];
    const harness = serve(({ features, response }) => {
      response.onCompleted(() => void outcomes.push(features.require(HttpOutcomeFeature).outcomeStatus));
      response.statusCode = 404;
      features.require(HttpUpgradeFeature).upgrade();
    });
    harness.receive(request);
    expect([harness.sent().slice(9, 12), outcomes]).toEqual([String(status), [status]]);
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

describe('the signal of the request, while the handler of an upgraded connection runs', () => {
  it.each([
    ['read before the upgrade', true],
    ['read after it', false],
  ])('%s: aborts when the connection closes', async (_name, isEarly) => {
    const release = deferred();
    let signal!: AbortSignal;
    let outcome: boolean | undefined;
    const harness = serve(async (context) => {
      if (isEarly) ({ signal } = context);
      context.features.require(HttpUpgradeFeature).upgrade('echo').start(new Collector());
      ({ signal } = context);
      await release.promise;
      outcome = context.features.require(HttpOutcomeFeature).isAborted;
    });
    harness.receive(get('/', asks));
    expect(signal.aborted).toBe(false);
    harness.connection.close();
    expect(signal.reason).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
    release.resolve();
    await settled();
    expect([outcome, harness.applicationErrors]).toEqual([false, []]);
  });

  it('a handler that fails with its reason: no error is reported', async () => {
    const harness = serve(async ({ features, signal }) => {
      features.require(HttpUpgradeFeature).upgrade('echo').start(new Collector());
      await once(new EventTarget(), 'never', { signal });
    });
    harness.receive(get('/', asks));
    harness.connection.close();
    await settled();
    expect(harness.applicationErrors).toEqual([]);
  });

  it('does not abort after the handler has returned', async () => {
    let signal!: AbortSignal;
    const harness = serve((context) => {
      ({ signal } = context);
      context.features.require(HttpUpgradeFeature).upgrade('echo').start(new Collector());
    });
    harness.receive(get('/', asks));
    harness.connection.close();
    await settled();
    expect(signal.aborted).toBe(false);
  });
});
