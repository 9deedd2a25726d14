// oxlint-disable vitest/expect-expect, vitest/valid-title -- the suite brings names and assertions
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type Connection, fromDuplex, toDuplex } from '@windhover/connections';
import {
  HttpExtendedConnectFeature,
  HttpUpgradeFeature,
  pipelineApplication,
  resolveHttpLimits,
} from '@windhover/http';
import { connectionCompliance } from '@windhover/transport-compliance';
import { connectionPair } from '@windhover/transport-memory';
import { afterEach, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { until } from '../../../tools/test-support/until.ts';
import { http2 } from '../src/index.ts';
import { serve } from './support/serve.ts';

const sessions: ClientHttp2Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** Both ends of a stream that CONNECT has opened. */
const tunnel = async (): Promise<{ client: Connection; served: Connection }> => {
  const [client, below] = connectionPair();
  const opened = new Promise<Connection>((resolve) => {
    const application = pipelineApplication(({ features }) => resolve(features.require(HttpUpgradeFeature).upgrade()));
    void http2().createHandler(application, {
      limits: resolveHttpLimits(),
      serverHeader: null,
      dateHeader: false,
      wallClock: Date.now,
      events: { applicationError: () => undefined, badRequest: () => undefined },
    })(below);
  });
  const duplex = toDuplex(client);
  const session = connect('http://a', { createConnection: () => duplex });
  sessions.push(session);
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'b:1' });
  await once(stream, 'response');
  return { client: fromDuplex(stream), served: await opened };
};

describe('a stream of CONNECT complies', () => {
  for (const { name, run } of connectionCompliance({ pair: tunnel })) it(name, run);
});

describe('RFC 9113 8.5 CONNECT', () => {
  it('200, then bytes in both directions, then both ends', async () => {
    const served = serve(({ features }) => {
      const connection = features.require(HttpUpgradeFeature).upgrade();
      connection.start({
        received: (bytes) => void connection.write(bytes),
        drained: () => undefined,
        ended: () => connection.end(),
        closed: () => undefined,
      });
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nDATA 1: "ping"');
    expect(await served.settled()).toEqual(['HEADERS 1 :status=200', 'DATA 1 "ping"']);
    served.send('DATA END_STREAM 1: "pong"');
    expect(await served.settled()).toEqual(['DATA 1 "pong"', 'DATA 1 "" end']);
  });

  it.each([
    ['websocket', ['DATA 1 "" end', 'RST_STREAM 1 NO_ERROR'], ['closed undefined']],
    ['connect-ip', ['DATA 1 "" end'], []],
  ])('RFC 8441 5 a server that ends a stream of %s', async (protocol, sent, events) => {
    const received: string[] = [];
    const served = serve(({ features }) => {
      const connection = features.require(HttpExtendedConnectFeature).accept();
      connection.start({
        received: () => connection.end(),
        drained: () => undefined,
        ended: () => undefined,
        closed: (error) => void received.push(`closed ${String(error)}`),
      });
    });
    served.send(
      `HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=a] [:scheme=http] [:path=/] [:protocol=${protocol}]`,
    );
    await served.settled();
    served.send('DATA 1: "the last bytes"');
    expect(await served.settled()).toEqual(sent);
    expect(received).toEqual(events);
  });

  it('a handler that answers 2xx without opening the tunnel: 500', async () => {
    const served = serve(({ response }) => response.send('no tunnel'));
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    expect((await served.settled())[0]).toMatch(/^HEADERS 1 :status=50\d/);
  });

  it('a handler that opens the tunnel after the client has reset the stream: HTTP_REQUEST_ABORTED', async () => {
    const gate = deferred();
    const thrown: unknown[] = [];
    const served = serve(async ({ features }) => {
      await gate.promise;
      try {
        features.require(HttpUpgradeFeature).upgrade();
      } catch (error) {
        thrown.push(error);
      }
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]\nRST_STREAM 1: CANCEL');
    await served.settled();
    gate.resolve();
    await until(() => thrown.length > 0);
    expect(thrown).toMatchObject([{ code: 'HTTP_REQUEST_ABORTED' }]);
  });

  it('a handler that refuses it', async () => {
    const served = serve(({ response }) => void (response.statusCode = 403));
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    expect(await served.settled()).toEqual(['HEADERS 1 :status=403 content-length=0 end']);
    served.seconds(2);
    expect(await served.settled()).toEqual(['RST_STREAM 1 NO_ERROR']);
  });
});
