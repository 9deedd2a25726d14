import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { type Connection, fromDuplex, takeStream } from '@windhover/connections';
import {
  type HttpContext,
  HttpResponseFeature,
  HttpUpgradeFeature,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { http1 } from '../src/index.ts';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { type Harness, get, serve, settled } from './support/exchange-harness.ts';
import { Collector, asks } from './support/upgrades.ts';

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
