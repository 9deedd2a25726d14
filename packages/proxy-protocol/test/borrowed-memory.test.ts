import { Buffer } from 'node:buffer';
import { pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { connectionPair } from '@windhover/transport-memory';
import { describe, expect, it } from 'vitest';
import { OverwritingConnection } from '../../../tools/test-support/overwriting-connection.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { proxyProtocol } from '../src/index.ts';
import { v1Line } from './support/headers.ts';

describe('over a connection that lends its memory', () => {
  it('the request after the header, and the next ones, are unchanged', async () => {
    const targets: string[] = [];
    const application = pipelineApplication(async ({ request, response }) => {
      response.send(await request.bytes());
      targets.push(request.target);
    });
    const serve = http1().createHandler(application, {
      limits: resolveHttpLimits(),
      serverHeader: null,
      dateHeader: false,
      wallClock: Date.now,
      events: { applicationError: () => {}, badRequest: () => {} },
    });
    const [proxy, accepted] = connectionPair();
    let answers = '';
    proxy.start({
      received: (bytes) => void (answers += Buffer.from(bytes).toString('latin1')),
      drained() {},
      ended() {},
      closed() {},
    });
    void proxyProtocol({ trustedSources: 'all' })(serve)(new OverwritingConnection(accepted));
    for (const bytes of [`${v1Line}POST /1`, ' HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\none', '1']) {
      proxy.write(bytes);
      await turns(6);
    }
    proxy.write('POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\ntwo2');
    await turns(6);
    expect(targets).toEqual(['/1', '/2']);
    expect(answers).toMatch(/\r\n\r\none1HTTP[^]*\r\n\r\ntwo2$/);
  });
});
