import { expect, it } from 'vitest';
import type { RequestHandler } from '@windhover/http';
import { everyProtocol } from '../../../tools/test-support/hosts/every-host.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { compression } from '../src/index.ts';

/** Sends 3000 bytes in one turn and 2000 in a later turn. */
const sendLate =
  (declared: number, end: 'explicit' | 'by returning'): RequestHandler =>
  async ({ response }) => {
    response.contentType = 'text/plain';
    response.headers.set('content-length', declared);
    await response.write('x'.repeat(3000));
    await turns(2);
    await response.write('y'.repeat(2000));
    await turns(2);
    if (end === 'explicit') response.end();
  };

everyProtocol((host) => {
  const serve = (handler: RequestHandler): ReturnType<typeof host.serve> =>
    host.serve([
      (context, next) => (context.request.path === '/next' ? context.response.send('next') : next(context)),
      compression({ enableForHttps: true }),
      handler,
    ]);
  const accept = { 'accept-encoding': 'gzip' };

  it.each<[title: string, declared: number, end: 'explicit' | 'by returning']>([
    ['fewer bytes than its Content-Length', 6000, 'explicit'],
    ['fewer bytes than its Content-Length, ended by returning', 6000, 'by returning'],
    ['more bytes than its Content-Length', 4000, 'explicit'],
    ['more bytes than its Content-Length, ended by returning', 4000, 'by returning'],
  ])('compressed content that ends in a later turn with %s: cut off', async (_title, declared, end) => {
    const { client, applicationErrors } = await serve(sendLate(declared, end));
    await expect(client.get('/', accept)).rejects.toBeInstanceOf(Error);
    expect(applicationErrors).toMatchObject([{ code: 'HTTP_CONTENT_LENGTH_MISMATCH' }]);
    expect((await client.get('/next')).text).toBe('next');
  });

  it('compressed content that ends in a later turn with as many bytes as its Content-Length: complete', async () => {
    const { client, applicationErrors } = await serve(sendLate(5000, 'explicit'));
    const { status, headers } = await client.get('/', accept);
    expect([status, headers['content-encoding'], headers['content-length']]).toEqual([200, 'gzip', undefined]);
    expect(applicationErrors).toEqual([]);
  });
});
