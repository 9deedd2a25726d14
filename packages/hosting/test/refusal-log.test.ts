import { PassThrough } from 'node:stream';
import { ConnectionEndpointFeature, fromDuplex } from '@windhover/connections';
import { channels } from '@windhover/diagnostics';
import { Features } from '@windhover/features';
import { ServerAddressesFeature } from '@windhover/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';
import { logRefusals } from '../src/logging/refusal-log.ts';
import { type Logger, consoleLogger } from '../src/index.ts';
import { RecordingLogger } from './recording-logger.ts';

const addresses = { addresses: [], add: () => undefined } as unknown as ServerAddressesFeature;
let logger: RecordingLogger;
let log: Disposable;

beforeEach(() => {
  vi.useFakeTimers();
  logger = new RecordingLogger();
  const host = new Features();
  host.set(ServerAddressesFeature, addresses);
  log = logRefusals(logger, host);
});

afterEach(() => {
  log[Symbol.dispose]();
  vi.useRealTimers();
});

const badHandshake = Object.assign(new Error('bad'), { code: 'ERR_SSL_NO_SHARED_CIPHER' });

const refuse = (code: string, host = addresses, cause: unknown = badHandshake): void => {
  const connection = fromDuplex(new PassThrough());
  connection.features.set(ServerAddressesFeature, host);
  connection.features.set(ConnectionEndpointFeature, {
    localEndpoint: undefined,
    remoteEndpoint: { kind: 'ip', address: '192.0.2.1', port: 4711 },
  });
  const error = Object.assign(new Error('the handshake failed', { cause }), { code });
  channels['windhover:tls:refused'].publish({ connection, error });
};

const messages = (level: string): string[] =>
  logger.entries.filter((entry) => entry.level === level).map(({ message }) => message);

describe('refused TLS handshakes in the log', () => {
  it('without a refusal no child logger is made, and with many one of each kind', () => {
    log[Symbol.dispose]();
    const child = vi.fn<() => Logger>(() => logger);
    const parent: Logger = { ...consoleLogger(), child };
    const host = new Features();
    host.set(ServerAddressesFeature, addresses);
    log = logRefusals(parent, host);
    expect(child).not.toHaveBeenCalled();
    refuse('TLS_HANDSHAKE_FAILED');
    refuse('TLS_HANDSHAKE_FAILED');
    expect(child).toHaveBeenCalledOnce();
  });

  it('each is a debug entry with its code, its cause and the address', () => {
    refuse('TLS_HANDSHAKE_FAILED');
    expect(logger.entries[0]).toMatchObject({
      level: 'debug',
      details: {
        category: 'windhover.server.https',
        eventId: 74,
        code: 'TLS_HANDSHAKE_FAILED',
        cause: 'ERR_SSL_NO_SHARED_CIPHER',
        address: '192.0.2.1:4711',
      },
    });
  });

  it.each(hostileValues)('a cause that is %s: logged without it', (_name, make) => {
    refuse('TLS_HANDSHAKE_REFUSED', addresses, make());
    expect(messages('debug')).toHaveLength(1);
    expect(logger.entries[0]!.details).toMatchObject({ code: 'TLS_HANDSHAKE_REFUSED' });
  });

  it('the first is reported as information at once, those of the next minute together', () => {
    refuse('TLS_HANDSHAKE_FAILED');
    for (let count = 0; count < 1000; count++) refuse('TLS_HANDSHAKE_TIMEOUT');
    refuse('TLS_PLAIN_HTTP');
    expect(messages('info')).toEqual([expect.stringMatching(/^1 TLS handshake was refused: TLS_HANDSHAKE_FAILED\. /)]);
    vi.advanceTimersByTime(60_000);
    expect(messages('info').slice(1)).toEqual([
      expect.stringMatching(/^1001 TLS handshakes were refused: TLS_HANDSHAKE_TIMEOUT 1000 times, TLS_PLAIN_HTTP\. /),
    ]);
    vi.advanceTimersByTime(600_000);
    expect(messages('info')).toHaveLength(2);
  });

  it('a client that only connects and leaves is a debug entry, and in no summary', () => {
    refuse('TLS_HANDSHAKE_INCOMPLETE');
    log[Symbol.dispose]();
    expect([messages('debug').length, messages('info').length]).toEqual([1, 0]);
  });

  it('the handshakes of another server in the process are not logged', () => {
    refuse('TLS_HANDSHAKE_FAILED', { ...addresses });
    expect(logger.entries).toEqual([]);
  });

  it('a logger that throws does not reach the connection', () => {
    logger.debug = () => {
      throw new Error('disk full');
    };
    refuse('TLS_HANDSHAKE_FAILED');
    expect(messages('info')).toHaveLength(1);
  });
});
