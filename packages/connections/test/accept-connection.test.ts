import { duplexPair } from 'node:stream';
import { type Connection, acceptConnection, fromDuplex } from '@windhover/connections';
import { describe, expect, it } from 'vitest';
import { hostileValues } from '../../../tools/test-support/hostile-values.ts';

const closing = (connection: Connection): Promise<Error | undefined> =>
  new Promise((resolve) => connection.onClosed({ closed: (_connection, error) => resolve(error) }));

describe('acceptConnection', () => {
  it('hands the connection to the delegate', () => {
    const connection = fromDuplex(duplexPair()[0]);
    const seen: Connection[] = [];
    acceptConnection(connection, (given) => void seen.push(given));
    expect(seen).toEqual([connection]);
  });

  it('an error thrown aborts the connection with it', async () => {
    const connection = fromDuplex(duplexPair()[0]);
    const reason = new Error('no');
    acceptConnection(connection, () => {
      throw reason;
    });
    expect(await closing(connection)).toBe(reason);
  });

  it.each(hostileValues)('%s that is thrown or rejected aborts the connection', async (_name, make) => {
    for (const delegate of [
      () => Promise.reject(make()),
      () => {
        throw make();
      },
    ]) {
      const connection = fromDuplex(duplexPair()[0]);
      acceptConnection(connection, delegate);
      expect(await closing(connection)).toBeInstanceOf(Error);
    }
  });

  it('a rejected promise aborts the connection with its reason, an error or not', async () => {
    const connection = fromDuplex(duplexPair()[0]);
    // oxlint-disable-next-line prefer-promise-reject-errors -- what a careless delegate does
    acceptConnection(connection, () => Promise.reject('no'));
    expect(await closing(connection)).toMatchObject({ message: 'The connection delegate failed', cause: 'no' });
  });
});
