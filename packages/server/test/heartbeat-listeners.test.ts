import { ConnectionHeartbeatFeature } from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { turns } from '../../../tools/test-support/turns.ts';
import { ConnectionManager } from '../src/connections/connection-manager.ts';
import { ServerFeatures } from '../src/connections/server-features.ts';
import { ServerConnection } from '../src/connections/server-connection.ts';

describe('listeners of the heartbeat of one connection', () => {
  const listening = (...names: string[]) => {
    const [connection] = connectionPair();
    const kept = new ServerConnection(connection, { now: 0, endpointName: '', serverFeatures: new ServerFeatures() });
    const beats: string[] = [];
    const listeners = names.map((name) => ({ heartbeat: (now: number) => void beats.push(`${name}${now}`) }));
    for (const listener of listeners) kept.onHeartbeat(listener);
    return { kept, beats, listeners };
  };

  it.each([
    ['the only one', ['a'], 0, []],
    ['one of two', ['a', 'b'], 0, ['b1']],
    ['one of three', ['a', 'b', 'c'], 1, ['a1', 'c1']],
  ] as const)('a removed listener is not called again: %s', (_name, names, gone, expected) => {
    const { kept, beats, listeners } = listening(...names);
    kept.offHeartbeat(listeners[gone]!);
    kept.beat(1);
    expect(beats).toEqual(expected);
  });

  it('removing an unknown listener changes nothing, and one can be added after all were removed', () => {
    const { kept, beats, listeners } = listening('a');
    kept.offHeartbeat({ heartbeat: () => {} });
    kept.beat(1);
    kept.offHeartbeat(listeners[0]!);
    kept.onHeartbeat(listeners[0]!);
    kept.beat(2);
    expect(beats).toEqual(['a1', 'a2']);
  });
});

describe('a beat for thousands of connections', () => {
  const kept = (count: number) => {
    const manager = new ConnectionManager({ now: 0, endpointName: '', serverFeatures: new ServerFeatures() });
    const connections = Array.from({ length: count }, () => connectionPair()[0]);
    /** The times at which each connection was called. */
    const beats = connections.map((): number[] => []);
    for (const [index, connection] of connections.entries()) {
      manager.add(connection);
      const heartbeat = (now: number): void => void beats[index]!.push(now);
      connection.features.require(ConnectionHeartbeatFeature).onHeartbeat({ heartbeat });
    }
    return { manager, connections, beats };
  };

  it('reaches a few hundred in a turn of the event loop, and each once', async () => {
    const { manager, beats } = kept(1000);
    manager.beat(1);
    let reached = 0;
    for (let turn = 0; reached < 1000; turn++) {
      const before = reached;
      reached = beats.filter(({ length }) => length > 0).length;
      expect(reached - before).toBeLessThanOrEqual(256);
      expect(turn).toBeLessThan(10);
      await turns();
    }
    await turns(10);
    expect(beats).toEqual(beats.map(() => [1]));
  });

  it('begins again when the next beat comes before its end', async () => {
    const { manager, beats } = kept(600);
    manager.beat(1);
    manager.beat(2);
    manager.beat(3);
    await turns(10);
    expect(new Set(beats.map(String))).toEqual(new Set(['1,3', '3,3']));
  });

  it('skips connections that close before it reaches them', async () => {
    const { manager, connections, beats } = kept(2000);
    manager.beat(1);
    for (const connection of connections) connection.abort();
    await manager.whenEmpty();
    const reached = beats.filter(({ length }) => length > 0).length;
    await turns(10);
    expect(beats.filter(({ length }) => length > 0)).toHaveLength(reached);
    expect(reached).toBeLessThan(2000);
  });
});
