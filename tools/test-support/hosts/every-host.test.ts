import { deferred } from '../deferred.ts';
import { until } from '../until.ts';
import { expect, it } from 'vitest';
import { everyHost } from './every-host.ts';

everyHost((host) => {
  it('gives middleware the request, and the client the response', async () => {
    const { client } = await host.serve(
      [
        (context, next) => {
          context.response.headers.set('x-protocol', context.request.protocol);
          return next(context);
        },
      ],
      async ({ request }) => ({
        status: 201,
        headers: { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] },
        body: `${request.method} ${request.host} ${request.path} ${request.headers.get('x-a')} ${await request.text()}`,
      }),
    );
    const answer = await client.request({
      method: 'POST',
      path: '/a?b',
      headers: { host: 'b.test', 'x-a': 'c' },
      body: 'd',
    });
    expect(answer).toMatchObject({ status: 201, setCookies: ['a=1', 'b=2'], text: 'POST b.test /a c d' });
    expect(answer.headers).toMatchObject({ 'x-protocol': host.protocol });
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
  });

  it('sends content piece by piece, and notices a client that leaves', async () => {
    const more = deferred();
    let signal: AbortSignal | undefined;
    const { client } = await host.serve([], (context) => {
      signal = context.signal;
      const pieces = async function* (): AsyncGenerator<Uint8Array> {
        yield new TextEncoder().encode('first');
        await more.promise;
      };
      return { body: pieces() };
    });
    const { status, content, leave } = await client.open();
    expect(status).toBe(200);
    expect(
      String(
        await content[Symbol.asyncIterator]()
          .next()
          .then(({ value }) => value as Buffer),
      ),
    ).toBe('first');
    leave();
    await until(() => signal!.aborted);
    more.resolve();
  });

  it('reports errors', async () => {
    const { client, applicationErrors } = await host.serve([
      () => {
        throw new Error('wrong');
      },
    ]);
    expect((await client.get('/')).status).toBe(500);
    expect(applicationErrors).toEqual([expect.objectContaining({ message: 'wrong' })]);
  });
});
