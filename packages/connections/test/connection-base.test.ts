import { duplexPair } from 'node:stream';
import { fromDuplex } from '@windhover/connections';
import { describe, expect, it } from 'vitest';

describe('connections over streams', () => {
  it('have ids that differ, and each keeps its own', () => {
    const [one, two] = duplexPair().map(fromDuplex);
    const ids = [one!.id, two!.id];
    expect(new Set(ids).size).toBe(2);
    expect([one!.id, two!.id]).toEqual(ids);
    expect(ids[0]).toMatch(/^[0-9A-Z]+-[0-9A-Z]+$/);
  });

  it('a stream that fails: the error has no stack of frames, and other errors keep theirs', async () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 7;
    const [stream] = duplexPair();
    const connection = fromDuplex(stream);
    const closed = new Promise<Error | undefined>((resolve) =>
      connection.onClosed({ closed: (_connection, error) => resolve(error) }),
    );
    stream.destroy(new Error('failed'));
    const error = await closed;
    expect(error).toMatchObject({ code: 'CONNECTION_RESET', cause: { message: 'failed' } });
    expect(error!.stack).not.toMatch(/\n +at /);
    expect(Error.stackTraceLimit).toBe(7);
    Error.stackTraceLimit = stackTraceLimit;
  });
});
