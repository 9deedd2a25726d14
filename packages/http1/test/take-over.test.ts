import { HttpError, HttpOutcomeFeature, HttpResponseBodyFeature, HttpTakeOverFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { get, post, serve, settled } from './support/exchange-harness.ts';
import { Collector } from './support/upgrades.ts';

describe('takeOver', () => {
  it('sends what the response has written, and the connection belongs to the handler', async () => {
    const collector = new Collector();
    const seen: unknown[] = [];
    const harness = serve(({ features, response }) => {
      response.onCompleted(() => void seen.push(features.require(HttpOutcomeFeature).outcomeStatus));
      response.statusCode = 202;
      void response.write('held');
      const connection = features.require(HttpTakeOverFeature).takeOver();
      connection.write('|raw');
      connection.start(collector);
      expect(() => response.write('x')).toThrow(HttpError);
      expect(() => features.require(HttpTakeOverFeature).takeOver()).toThrow(
        expect.objectContaining({ code: 'HTTP_RESPONSE_ENDED' }),
      );
    });
    harness.receive(`${post('content')}${get('/next')}`);
    await settled();
    harness.receive('more');
    expect(harness.sent()).toBe('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\n4\r\nheld\r\n|raw');
    expect(collector.events.join('')).toBe(`content${get('/next')}more`);
    expect([seen, harness.applicationErrors]).toEqual([[202], []]);
  });

  it('a writer that waits for the client continues: nothing of the response waits any more', async () => {
    const settledWaits: string[] = [];
    const harness = serve(({ features, response }) => {
      const body = features.require(HttpResponseBodyFeature);
      response.onCompleted(() => void settledWaits.push('completed'));
      body.write('x');
      expect(body.write(Buffer.alloc(10_000))).toBe(false);
      void body.drained().then(() => settledWaits.push('drained'));
      features.require(HttpTakeOverFeature).takeOver().start(new Collector());
    });
    harness.connection.takesMore = false;
    harness.receive(get('/'));
    await settled();
    expect(settledWaits).toEqual(['completed', 'drained']);
  });

  it('of a client that has disconnected: HTTP_REQUEST_ABORTED', async () => {
    const wait = deferred();
    let error: unknown;
    const harness = serve(async ({ features }) => {
      await wait.promise;
      try {
        features.require(HttpTakeOverFeature).takeOver();
      } catch (thrown) {
        error = thrown;
      }
    });
    harness.receive(get('/'));
    harness.connection.close();
    wait.resolve();
    await settled();
    expect(error).toMatchObject({ code: 'HTTP_REQUEST_ABORTED' });
  });

  it('a failure after it resets the connection', async () => {
    const harness = serve(({ features }) => {
      features.require(HttpTakeOverFeature).takeOver().start(new Collector());
      throw new Error('failed');
    });
    harness.receive(get('/'));
    await settled();
    expect(harness.applicationErrors).toEqual([expect.objectContaining({ message: 'failed' })]);
    expect(harness.connection.isAborted).toBe(true);
  });
});
