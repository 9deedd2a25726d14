import { Features } from '@windhover/features';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serverLog } from '../src/server-log.ts';
import { RecordingLogger } from './recording-logger.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('serverLog', () => {
  it('a logger that throws does not take the server down, and is reported', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const logger = new RecordingLogger();
    logger.error = () => {
      throw new Error('disk full');
    };
    serverLog(logger).applicationError(new Error('boom'), new Features());
    expect(error.mock.calls[0]?.[0]).toMatch(/^error: The logger itself failed\n {4}Error: disk full/);
  });
});
