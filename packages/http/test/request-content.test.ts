import { Features } from '@windhover/features';
import { describe, expect, it } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { ApplicationBuilder, type HttpContext, type RequestHandler, type StandardSchema } from '../src/index.ts';

interface User {
  readonly name: string;
}

/** A schema like those of schema libraries: trims the name of a user, and reports invalid values. */
const user: StandardSchema<User> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (value) => {
      const { name } = (value ?? {}) as { name?: unknown };
      if (typeof name === 'string') return { value: { name: name.trim() } };
      return {
        issues: [
          { message: 'must be text', path: ['name'] },
          { message: 'is required', path: [{ key: 'name' }] },
          { message: 'wrong', path: ['items', 0, { key: '__proto__' }] },
          { message: 'not a user' },
        ],
      };
    },
  },
};

const post = (handler: RequestHandler, content: string | Uint8Array, type?: string): Promise<Answer> => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const http = new MemoryHttp(new ApplicationBuilder(new Features()).run(handler).toApplication(), {
    maxRequestBodySize: 1000,
  });
  const field = type === undefined ? '' : `Content-Type: ${type}\r\n`;
  const head = `POST / HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n${field}Content-Length: ${bytes.length}\r\n\r\n`;
  return http.exchange(Buffer.concat([Buffer.from(head), bytes])).then((sent) => ({
    status: Number(sent.slice(9, 12)),
    fields: {},
    content: sent.slice(sent.indexOf('\r\n\r\n') + 4),
  }));
};

const shown =
  (read: (context: HttpContext) => Promise<unknown>): RequestHandler =>
  async (context) => {
    context.response.json(await read(context));
  };

everyHost((host) => {
  it('reads JSON by a schema, forms and text, and answers 400 with the paths', async () => {
    const { client, applicationErrors } = await host.serve([], async ({ request }) => {
      if (request.path === '/form') return { body: JSON.stringify([...(await request.form())]) };
      return { body: JSON.stringify(await request.json(user)) };
    });
    const json = { 'content-type': 'application/json', accept: 'application/json' };
    const good = await client.request({ method: 'POST', headers: json, body: '{"name":" Ada "}' });
    expect(good.text).toBe('{"name":"Ada"}');
    const bad = await client.request({ method: 'POST', headers: json, body: '{}' });
    expect(bad.status).toBe(400);
    expect(JSON.parse(bad.text)).toMatchObject({
      title: 'The request content is not valid',
      errors: { name: ['must be text', 'is required'], '': ['not a user'] },
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = await client.request({ method: 'POST', path: '/form', headers, body: 'a=1&b=%C3%BC+x&a=2' });
    expect(JSON.parse(form.text)).toEqual([
      ['a', '1'],
      ['b', 'ü x'],
      ['a', '2'],
    ]);
    expect(applicationErrors).toEqual([]);
  });
});

describe('JSON by a schema', () => {
  it('the member errors has a path of each form', async () => {
    const { content } = await post(
      shown(({ request }) => request.json(user)),
      '[]',
      'application/json',
    );
    const { errors } = JSON.parse(content) as { errors: object };
    expect(Object.keys(errors)).toEqual(['name', 'items[0].__proto__', '']);
  });

  it('lists at most 100 issues', async () => {
    const many: StandardSchema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: Array.from({ length: 1000 }, (_, index) => ({ message: 'x', path: [index] })) }),
      },
    };
    const { content } = await post(
      shown(({ request }) => request.json(many)),
      '[]',
    );
    expect(Object.keys((JSON.parse(content) as { errors: object }).errors)).toHaveLength(100);
  });

  it('a schema that fails itself is an error of the application', async () => {
    const failing: StandardSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(new Error('failed')) },
    };
    expect(
      (
        await post(
          shown(({ request }) => request.json(failing)),
          '[]',
        )
      ).status,
    ).toBe(500);
  });
});

describe('the charset', () => {
  it.each<[type: string | undefined, bytes: number[], text: string]>([
    [undefined, [0xc3, 0xbc], 'ü'],
    ['text/plain', [0xc3, 0xbc], 'ü'],
    ['text/plain; charset=utf-8', [0xc3, 0xbc], 'ü'],
    ['text/plain; CHARSET="UTF-8"', [0xc3, 0xbc], 'ü'],
    ['text/plain; charset=iso-8859-1', [0xfc], 'ü'],
    ['text/plain;a=b;charset=windows-1252', [0x80], '€'],
    ['text/plain; charset=utf-16le', [0xfc, 0], 'ü'],
    ['text/plain; charset=US-ASCII', [0xc3, 0xbc], 'ü'],
    ['text/plain; charset=us-ascii', [0xfc], '\ufffd'],
    ['text/plain; charset=utf-8', [0xff], '\ufffd'],
  ])('of text as %s', async (type, bytes, text) => {
    const { content } = await post(
      shown(({ request }) => request.text()),
      Uint8Array.from(bytes),
      type,
    );
    expect(JSON.parse(content)).toBe(text);
  });

  it.each<[type: string, read: (context: HttpContext) => Promise<unknown>]>([
    ['text/plain; charset=none', ({ request }) => request.text()],
    ['text/plain; charset=', ({ request }) => request.text()],
    ['application/json; charset=utf-16', ({ request }) => request.json()],
    ['application/x-www-form-urlencoded; charset=iso-8859-1', ({ request }) => request.form()],
  ])('%s is unsupported: 415', async (type, read) => {
    expect((await post(shown(read), '{}', type)).status).toBe(415);
  });

  it.each(['application/json; charset=UTF-8', 'application/json;charset=us-ascii', 'application/vnd.a+json'])(
    'of JSON as %s is accepted',
    async (type) => {
      expect(
        (
          await post(
            shown(({ request }) => request.json()),
            '{"a":"ü"}',
            type,
          )
        ).content,
      ).toBe('{"a":"ü"}');
    },
  );
});

describe('a form', () => {
  const form = 'application/x-www-form-urlencoded';
  const pairs = shown(async ({ request }) => [...(await request.form({ maxPairs: 3 }))]);

  it.each<[content: string, parsed: string[][]]>([
    ['', []],
    ['a', [['a', '']]],
    [
      'a=1&&b',
      [
        ['a', '1'],
        ['b', ''],
      ],
    ],
    ['a=%', [['a', '%']]],
    [
      '__proto__=1&a=%00',
      [
        ['__proto__', '1'],
        ['a', '\0'],
      ],
    ],
    [
      'a=1&b=2&c=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    ],
  ])('%s', async (content, parsed) => {
    expect(JSON.parse((await post(pairs, content, form)).content)).toEqual(parsed);
  });

  it('with more pairs than maxPairs: 413', async () => {
    expect((await post(pairs, 'a&b&c&d', form)).status).toBe(413);
    expect((await post(pairs, '&&&&', form)).status).toBe(413);
  });

  it.each([undefined, 'text/plain', 'multipart/form-data; boundary=b', 'application/x-www-form-urlencodedx'])(
    'as %s: 415',
    async (type) => {
      expect((await post(pairs, 'a=1', type)).status).toBe(415);
    },
  );
});

describe('the size limit of a route', () => {
  it.each<[maxSize: number | null, length: number, status: number]>([
    [10, 10, 200],
    [10, 11, 413],
    [0, 1, 413],
    [2000, 1500, 200],
    [null, 1500, 200],
  ])('%s bytes, with %i: %i', async (maxSize, length, status) => {
    const reads: ((context: HttpContext) => Promise<unknown>)[] = [
      ({ request }) => request.text({ maxSize }),
      async ({ request }) => (await request.bytes({ maxSize })).length,
      ({ request }) => request.json(undefined, { maxSize }),
    ];
    for (const read of reads) expect((await post(shown(read), '1'.repeat(length))).status).toBe(status);
  });

  it('that is no size is an error of the application', async () => {
    expect(
      (
        await post(
          shown(({ request }) => request.text({ maxSize: -1 })),
          'x',
        )
      ).status,
    ).toBe(500);
  });
});
