import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpContext, Middleware } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { testHosts } from '../../../tools/test-support/hosts/every-host.ts';
import { until } from '../../../tools/test-support/until.ts';
import { nodeHandler } from '../src/index.ts';

type Abort = (context: HttpContext) => void;
const nothing: Abort = () => {};

const moments: readonly (readonly [when: string, before: Abort, within: Abort])[] = [
  ['before the handler runs', (context) => context.abort(), nothing],
  ['while the handler is called', nothing, (context) => context.abort()],
  ['after the handler has returned', nothing, (context) => void setImmediate(() => context.abort())],
];

describe('a request that the server aborts ends, and closes request and response once', () => {
  const hosts = testHosts.filter(({ application }) => application === 'a context handler');
  for (const host of hosts) {
    it.each(moments)(`${host.protocol} over ${host.transport}: %s`, async (_when, before, within) => {
      const events: string[] = [];
      const handle =
        (context: HttpContext) =>
        (request: IncomingMessage, response: ServerResponse): void => {
          request.on('error', () => {}).on('close', () => events.push('request closed'));
          response.on('close', () => events.push('response closed'));
          within(context);
        };
      const observe: Middleware = async (context, next) => {
        context.response.onCompleted(() => void events.push('completed'));
        before(context);
        await next(context);
        events.push('handler over');
      };
      const { client, applicationErrors } = await host.serve([
        observe,
        (context) => nodeHandler(handle(context))(context),
      ]);
      await expect(client.get('/')).rejects.toBeInstanceOf(Error);
      await until(() => events.length >= 4);
      expect(events.toSorted()).toEqual(['completed', 'handler over', 'request closed', 'response closed']);
      expect(applicationErrors).toEqual([]);
    });
  }
});
