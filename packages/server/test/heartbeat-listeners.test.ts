import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { ServerConnection } from '../src/connections/server-connection.ts';

describe('listeners of the heartbeat of one connection', () => {
  const listening = (...names: string[]) => {
    const [connection] = connectionPair();
    const kept = new ServerConnection(connection, { now: 0, endpointName: '' });
    const beats: string[] = [];
    const listeners = names.map((name) => ({ heartbeat: (now: number) => void beats.push(`${name}${now}`) }));
    for (const listener of listeners) kept.onHeartbeat(listener);
    return { kept, beats, listeners };
  };

  it.each([
    ['the only one', ['a'], 0, []],
    ['one of two', ['a', 'b'], 0, ['b1']],
    ['one of three', ['a', 'b', 'c'], 1, ['a1', 'c1']],
  ] as const)('one that is let go is not called any more: %s', (_name, names, gone, expected) => {
    const { kept, beats, listeners } = listening(...names);
    kept.offHeartbeat(listeners[gone]!);
    kept.beat(1);
    expect(beats).toEqual(expected);
  });

  it('letting go of a stranger changes nothing, and another may come after all have gone', () => {
    const { kept, beats, listeners } = listening('a');
    kept.offHeartbeat({ heartbeat: () => {} });
    kept.beat(1);
    kept.offHeartbeat(listeners[0]!);
    kept.onHeartbeat(listeners[0]!);
    kept.beat(2);
    expect(beats).toEqual(['a1', 'a2']);
  });
});
