import { spawnSync } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  type Connection,
  ConnectionEndpointFeature,
  ConnectionSocketFeature,
  type Receiver,
  buildConnectionPipeline,
  takeStream,
} from '@windhover/connections';
import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { type ConnectionLoggingOptions, connectionLogging } from '../src/index.ts';
import { turns } from '../../../tools/test-support/turns.ts';

type Entry = readonly [message: string, details: Record<string, unknown>];

const silent: Receiver = { received() {}, drained() {}, ended() {}, closed() {} };

const logged = (options: ConnectionLoggingOptions = {}, receiver: Receiver = silent) => {
  const entries: Entry[] = [];
  const logger = { debug: (details: object, message: string) => void entries.push([message, { ...details }]) };
  const [client, below] = connectionPair();
  client.start(silent);
  let above!: Connection;
  const delegate = buildConnectionPipeline([connectionLogging({ logger, ...options })], (connection) => {
    above = connection;
    connection.start(receiver);
  });
  void delegate(below);
  return { client, below, above, entries, messages: () => entries.map(([message]) => message) };
};

describe('what is logged', () => {
  it('the beginning with both endpoints, and id and name in every entry', () => {
    const { below, entries } = logged({ name: 'below tls' });
    const common = { connection: below.id, name: 'below tls' };
    expect(entries).toEqual([
      ['connected', { ...common, local: 'memory:pair-second', remote: 'memory:pair-first' }],
      ['started', common],
    ]);
  });

  it('each chunk in both directions, before it is passed on', async () => {
    const seen: string[] = [];
    const { client, above, entries, messages } = logged(
      {},
      { ...silent, received: () => seen.push(messages().at(-1)!) },
    );
    client.write('question');
    await turns(6);
    above.write('answer');
    above.write(Uint8Array.of(0, 255));
    expect(seen).toEqual(['0000  71 75 65 73 74 69 6f 6e                           question']);
    expect(messages().slice(2)).toEqual([
      'received 8 bytes',
      '0000  71 75 65 73 74 69 6f 6e                           question',
      'sent 6 bytes',
      '0000  61 6e 73 77 65 72                                 answer',
      'sent 2 bytes',
      '0000  00 ff                                             ..',
    ]);
    expect(entries[2]![1]).toMatchObject({ direction: 'received', size: 8 });
    expect(entries[4]![1]).toMatchObject({ direction: 'sent', size: 6 });
  });

  it('latin1 text as its bytes', () => {
    const { above, messages } = logged();
    above.write('\xe9\u0041');
    expect(messages().at(-1)).toMatch(/^0000 {2}e9 41 +\.A$/);
  });

  it('the end of both sides, and the close', async () => {
    const { client, above, entries, messages } = logged();
    client.end();
    await turns(6);
    above.end();
    await turns(6);
    expect(messages().slice(2)).toEqual(['the peer has ended its side', 'ended on this side', 'closed']);
    expect(entries.at(-1)![1]['err']).toBeUndefined();
  });

  it('an abort with its reason, and the close with its error', async () => {
    const reason = new Error('enough');
    const { above, entries } = logged();
    above.abort(reason);
    await turns(6);
    expect(entries.slice(2).map(([message, { err }]) => [message, err])).toEqual([
      ['aborted on this side', reason],
      ['closed', reason],
    ]);
  });

  it('a dispose', async () => {
    const { client, above, messages } = logged();
    above.dispose();
    client.end();
    await turns(6);
    expect(messages().slice(2)).toEqual(['disposed of on this side', 'closed']);
  });

  it('nothing more after the close', async () => {
    const { above, messages } = logged();
    above.abort();
    await turns(6);
    const before = messages().length;
    above.write('x');
    above.end();
    above.abort();
    above.dispose();
    above.start(silent);
    await turns(6);
    expect(messages()).toHaveLength(before);
  });

  it('text of the peer is printable ASCII only', async () => {
    const { client, messages } = logged();
    client.write(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    await turns(6);
    expect(messages().join('')).toMatch(/^[\x20-\x7e]*$/);
  });
});

describe('maxBytes', () => {
  it.each([
    [17, ['sent 20 bytes', 'row', 'row', 'and 3 bytes more']],
    [0, ['sent 20 bytes', 'and 20 bytes more']],
    [20, ['sent 20 bytes', 'row', 'row']],
    [Number.POSITIVE_INFINITY, ['sent 20 bytes', 'row', 'row']],
  ])('%d: this many bytes are printed, the others are counted', (maxBytes, expected) => {
    const { above, messages } = logged({ maxBytes });
    for (const chunk of ['x'.repeat(20), new Uint8Array(20)]) {
      const before = messages().length;
      above.write(chunk);
      const fresh = messages().slice(before);
      expect(fresh.map((message) => (message.startsWith('00') ? 'row' : message))).toEqual(expected);
    }
  });

  it('1024 by default, so a large chunk has 66 entries at most', () => {
    const { above, messages } = logged();
    const before = messages().length;
    above.write('x'.repeat(1_000_000));
    expect(messages().slice(before)).toHaveLength(66);
  });

  it.each([-1, 1.5, Number.NaN])('%d: RangeError', (maxBytes) => {
    expect(() => connectionLogging({ maxBytes })).toThrow(RangeError);
  });
});

describe('a logger', () => {
  it('without debug: the connection is passed on unchanged', () => {
    let asked = 0;
    const logger = { debug: () => expect.unreachable(), isLevelEnabled: () => (asked++, false) };
    const { above, below } = logged({ logger });
    above.write('x');
    expect(above).toBe(below);
    expect(asked).toBe(1);
  });

  it('without isLevelEnabled counts as enabled', () => {
    const { above, below } = logged();
    expect(above).not.toBe(below);
    expect(above.id).toBe(below.id);
  });

  it('that throws is not called again, and the bytes arrive', async () => {
    let calls = 0;
    const logger = {
      debug: () => {
        calls++;
        throw new Error('the disk is full');
      },
    };
    const received: string[] = [];
    const { client } = logged({ logger }, { ...silent, received: (bytes) => received.push(String(bytes)) });
    client.write('hello');
    await turns(6);
    expect([calls, received]).toEqual([1, ['hello']]);
  });

  it('whose isLevelEnabled throws: the connection is passed on unchanged', () => {
    const isLevelEnabled = (): never => {
      throw new Error('the disk is full');
    };
    const { above, below } = logged({ logger: { debug: () => expect.unreachable(), isLevelEnabled } });
    expect(above).toBe(below);
  });
});

describe('features', () => {
  it('are those of the connection below', () => {
    const { above, below } = logged();
    expect(above.features.get(ConnectionEndpointFeature)).toBe(below.features.get(ConnectionEndpointFeature));
    expect(above.features.get(ConnectionSocketFeature)).toBeUndefined();
  });

  it('the socket below is visible, but cannot be taken: its bytes would bypass the log', () => {
    const { above, below } = logged();
    const feature = { socket: new Socket() };
    below.features.set(ConnectionSocketFeature, feature);
    below.takeStream = () => feature.socket;
    expect(above.features.get(ConnectionSocketFeature)).toBe(feature);
    expect(takeStream(above)).toBeUndefined();
  });
});

describe('the default logger', () => {
  const script = fileURLToPath(new URL('support/default-logger.ts', import.meta.url));
  const flags = process.features.typescript ? [] : ['--experimental-strip-types'];
  const run = (NODE_DEBUG: string): { enabled: string; lines: string[] } => {
    const env = { ...process.env, NODE_DEBUG };
    const { stdout, stderr } = spawnSync(process.execPath, [...flags, script], { env, encoding: 'utf8' });
    return { enabled: stdout.trim(), lines: stderr.split('\n').filter((line) => line.includes('A-1')) };
  };

  it('writes with NODE_DEBUG=windhover:connection, one line an entry, escaped', () => {
    const { enabled, lines } = run('windhover:connection');
    expect(enabled).toBe('true');
    expect(lines.map((line) => line.replace(/^WINDHOVER:CONNECTION \d+: /, ''))).toEqual([
      'connection=A-1 remote=unix:/run/\\u{a}\\u{202e}x connected',
      'connection=A-1 err=reason\\u{a}of the peer closed',
    ]);
  });

  it('writes nothing without NODE_DEBUG', () => {
    expect(run('')).toEqual({ enabled: 'false', lines: [] });
  });

  it('is used, so the connection is not wrapped without NODE_DEBUG', () => {
    const [, below] = connectionPair();
    let above: Connection | undefined;
    void connectionLogging()((connection) => void (above = connection))(below);
    expect(above).toBe(below);
  });
});
