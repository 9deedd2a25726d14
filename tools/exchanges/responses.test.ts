import { Readable } from 'node:stream';
import { type HttpContext, HttpResponseBodyFeature, type RequestHandler } from '@windhover/http';
import { expect, it } from 'vitest';
import { deferred } from '../test-support/deferred.ts';
import { everyProtocol } from '../test-support/hosts/every-host.ts';
import { turns } from '../test-support/turns.ts';
import { until } from '../test-support/until.ts';

const body = ({ features }: HttpContext): HttpResponseBodyFeature => features.require(HttpResponseBodyFeature);

const withStatus =
  (statusCode: number, then: RequestHandler = () => {}): RequestHandler =>
  (context) => {
    context.response.statusCode = statusCode;
    return then(context);
  };

const withLength =
  (length: number, then: RequestHandler = () => {}): RequestHandler =>
  (context) => {
    context.response.headers.set('content-length', length);
    return then(context);
  };

interface ResponseCase {
  readonly title: string;
  readonly method?: string;
  readonly handler: RequestHandler;
  /** `undefined` for a response without the field, as a stream has. */
  readonly length?: string;
  readonly status?: number;
  readonly text?: string;
}

const twoWrites: RequestHandler = (context) => {
  body(context).write('hello ');
  body(context).write('world');
  body(context).end();
};

async function* letters() {
  yield 'a';
  await turns();
  yield 'b';
}

const responses: readonly ResponseCase[] = [
  { title: 'nothing written: a length of 0', handler: () => {}, length: '0' },
  {
    title: 'everything known at the end: its length',
    handler: (c) => body(c).end('hello'),
    length: '5',
    text: 'hello',
  },
  {
    title: 'one write and the end in one turn: its length',
    handler: (context) => {
      body(context).write('hello');
      body(context).end();
    },
    length: '5',
    text: 'hello',
  },
  { title: 'two writes: a stream', handler: twoWrites, text: 'hello world' },
  {
    title: 'empty writes: nothing of them is sent',
    handler: (context) => {
      body(context).start();
      body(context).write('');
      body(context).write('x');
      body(context).end('');
    },
    text: 'x',
  },
  { title: 'text: its length in UTF-8', handler: (c) => body(c).end('é€'), length: '5', text: 'é€' },
  {
    title: 'a declared length',
    handler: withLength(4, (context) => {
      body(context).write('ab');
      body(context).end('cd');
    }),
    length: '4',
    text: 'abcd',
  },
  { title: 'HEAD: the length that GET has', method: 'HEAD', handler: (c) => body(c).end('hello'), length: '5' },
  { title: 'HEAD without content: no length', method: 'HEAD', handler: () => {} },
  { title: 'HEAD with a stream: no length', method: 'HEAD', handler: twoWrites },
  {
    title: 'HEAD with a source of one piece: its length',
    method: 'HEAD',
    handler: ({ response }) => response.send(['hello']),
    length: '5',
  },
  {
    title: 'HEAD with a source of several pieces: no length',
    method: 'HEAD',
    handler: ({ response }) => response.send(letters()),
  },
  { title: 'HEAD with a declared length', method: 'HEAD', handler: withLength(1000), length: '1000' },
  { title: '204: no length', handler: withStatus(204), status: 204 },
  { title: '204 drops a length of 0', handler: withStatus(204, withLength(0)), status: 204 },
  { title: '204 can be started', handler: withStatus(204, (c) => body(c).start()), status: 204 },
  { title: '205: a length of 0', handler: withStatus(205), status: 205, length: '0' },
  { title: '205 can be started', handler: withStatus(205, (c) => body(c).start()), status: 205, length: '0' },
  {
    title: 'content after content that was refused: the length of the refused one does not count',
    handler: withLength(
      5,
      withStatus(204, (context) => {
        try {
          body(context).end('hello');
        } catch {
          context.response.headers.delete('content-length');
          context.response.statusCode = 200;
          body(context).end('hello world');
        }
      }),
    ),
    length: '11',
    text: 'hello world',
  },
  {
    title: '304: the length of the content that was not sent',
    handler: withStatus(304, withLength(42)),
    status: 304,
    length: '42',
  },
  { title: 'a status without a name', handler: withStatus(299), status: 299, length: '0' },
  { title: 'bytes', handler: () => new Uint8Array([0x61, 0x62]), length: '2', text: 'ab' },
  { title: 'JSON', handler: () => ({ a: 1 }), length: '7', text: '{"a":1}' },
  { title: 'a Node stream', handler: ({ response }) => response.send(Readable.from(['a', 'b'])), text: 'ab' },
  { title: 'a web stream', handler: () => ReadableStream.from(letters()), text: 'ab' },
  { title: 'an async generator', handler: letters, text: 'ab' },
  { title: 'a Response', handler: () => new Response('hi', { status: 201 }), status: 201, length: '2', text: 'hi' },
  {
    title: '1 MB of text',
    handler: ({ response }) => response.send('x'.repeat(1e6)),
    length: '1000000',
    text: 'x'.repeat(1e6),
  },
];

everyProtocol((host) => {
  it.each(responses)('$title', async ({ method, handler, length, status = 200, text = '' }) => {
    const { client, applicationErrors } = await host.serve([(context) => handler(context)]);
    for (let round = 0; round < 2; round++) {
      const answer = await client.request({ ...(method !== undefined && { method }) });
      expect([answer.status, answer.headers['content-length'], answer.text]).toEqual([status, length, text]);
    }
    expect(applicationErrors).toEqual([]);
  });

  it('fields: several lines of one name, cookies, the fields of the server', async () => {
    const { client } = await host.serve([
      ({ response }) => {
        response.headers.append('X-A', '1');
        response.headers.append('x-a', '2');
        response.headers.append('set-cookie', 'a=1');
        response.headers.append('set-cookie', 'b=2');
        response.headers.set('x-latin', 'caf\xe9');
      },
    ]);
    const { headers, setCookies } = await client.get('/');
    expect(headers).toMatchObject({
      'x-a': '1, 2',
      server: 'windhover',
      date: expect.stringMatching(/GMT$/) as string,
    });
    expect(Buffer.from(headers['x-latin']!, 'latin1').toString('latin1')).toBe('caf\xe9');
    expect(setCookies).toEqual(['a=1', 'b=2']);
  });

  it('trailers, set before or while the content is sent', async () => {
    const { client } = await host.serve([
      async ({ response }) => {
        await response.write('a');
        response.trailers.set('x-sum', '97');
        response.send('b');
      },
    ]);
    const { text, trailers } = await client.get('/');
    expect([text, trailers]).toEqual(['ab', { 'x-sum': '97' }]);
  });

  it('informational responses come before the final one', async () => {
    const { client } = await host.serve([
      async ({ request, response, features }) => {
        const { HttpInformationalFeature } = await import('@windhover/http');
        const informational = features.require(HttpInformationalFeature);
        informational.sendInformational(103, [['link', '</a.css>; rel=preload']]);
        informational.sendInformational(103, []);
        response.send(request.path);
      },
    ]);
    expect(await client.get('/a')).toMatchObject({ informational: [103, 103], status: 200, text: '/a' });
  });

  it('onStarting may change the head; onCompleted is called after the response', async () => {
    const seen: string[] = [];
    const { client } = await host.serve([
      ({ response }) => {
        response.onStarting(() => response.headers.set('x-start', 'yes'));
        response.onCompleted(() => void seen.push('completed'));
        response.send('content');
        seen.push('sent');
      },
    ]);
    expect((await client.get('/')).headers['x-start']).toBe('yes');
    await until(() => seen.length === 2);
    expect(seen).toEqual(['sent', 'completed']);
  });

  it('HEAD: a source that has more than the first piece is closed', async () => {
    let produced = 0;
    let isClosed = false;
    const { client } = await host.serve([
      ({ response }) => {
        const source = function* (): Generator<string> {
          try {
            while (produced < 100) yield String(produced++);
          } finally {
            isClosed = true;
          }
        };
        return response.send(source());
      },
    ]);
    expect(await client.request({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect([produced < 5, isClosed]).toEqual([true, true]);
  });

  it('content is sent as it is written', async () => {
    const more = deferred();
    const { client } = await host.serve([
      async ({ response }) => {
        await response.write('first');
        await more.promise;
        response.send('second');
      },
    ]);
    const { content } = await client.open();
    const pieces = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await pieces.next()).value)).toBe('first');
    more.resolve();
    expect(String((await pieces.next()).value)).toBe('second');
    expect((await pieces.next()).done).toBe(true);
  });

  it('a writer waits for a client that does not read, and is not kept waiting by one that does', async () => {
    let written = 0;
    const { client } = await host.serve([
      async ({ response }) => {
        const piece = new Uint8Array(64 * 1024);
        for (; written < 32; written++) await response.write(piece);
      },
    ]);
    const { content } = await client.open();
    content.pause();
    await until(() => written > 0);
    let size = 0;
    for await (const piece of content) size += (piece as Buffer).length;
    expect([written, size]).toEqual([32, 32 * 64 * 1024]);
  });
});
