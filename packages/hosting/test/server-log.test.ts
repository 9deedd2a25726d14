import { Features } from '@windhover/features';
import { HttpRequestIdentifierFeature } from '@windhover/http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serverLog } from '../src/logging/server-log.ts';
import { RecordingLogger } from './recording-logger.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('serverLog', () => {
  it('a response field that was left out is a debug entry with its name and its request', () => {
    const logger = new RecordingLogger();
    const exchange = new Features();
    exchange.set(HttpRequestIdentifierFeature, { traceIdentifier: 'C:1' });
    serverLog(logger).responseFieldDropped?.('connection', exchange);
    expect(logger.entries).toMatchObject([
      { level: 'debug', details: { category: 'windhover.server', eventId: 41, requestId: 'C:1', field: 'connection' } },
    ]);
  });

  it('a logger that throws does not take the server down, and is reported', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const logger = new RecordingLogger();
    logger.error = () => {
      throw new Error('disk full');
    };
    serverLog(logger).applicationError(new Error('boom'), new Features());
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({
      level: 'error',
      msg: 'The logger itself failed',
      err: { message: 'disk full' },
    });
  });
});
