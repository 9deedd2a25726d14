import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Middleware } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type MultipartErrorCode, type MultipartOptions, type Part, multipart } from '../src/index.ts';

const type = 'multipart/form-data; boundary=b';

/** A part in wire format. */
const part = (disposition: string, content: string, ...lines: string[]): string =>
  ['--b', `Content-Disposition: form-data; ${disposition}`, ...lines, '', content, ''].join('\r\n');

const field = (name: string, value: string): string => part(`name="${name}"`, value);
const file = (name: string, content: string): string =>
  part(`name="${name}"; filename="${name}.bin"`, content, 'Content-Type: application/x-bin');
const end = '--b--\r\n';

const textOf = async (each: Part): Promise<string> => {
  if (each.kind === 'field') return `${each.name}=${each.value}`;
  const pieces: Buffer[] = [];
  for await (const piece of each.content) pieces.push(piece as Buffer);
  return `${each.name}:${each.fileName}:${each.mediaType}=${Buffer.concat(pieces).toString()}`;
};

/** Answers POST with all parts, one a line. */
const listing =
  (limits?: MultipartOptions): Middleware =>
  async (context) => {
    const lines: string[] = [];
    for await (const each of multipart(context, limits)) lines.push(await textOf(each));
    return lines.join('\n');
  };

const post = (content: string, limits?: MultipartOptions, contentType = type): Promise<Answer> =>
  new MemoryHttp((context) => listing(limits)(context, () => undefined), { maxRequestBodySize: 100_000 }).answer(
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${contentType}\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
  );

everyHost((host) => {
  it('reads fields and files of a form, however it arrives', async () => {
    const { client } = await host.serve([listing()]);
    const large = 'x'.repeat(200_000);
    const form = new FormData();
    form.set('title', 'Ünder');
    form.set('file', new Blob([large], { type: 'text/plain' }), 'a.txt');
    form.set('empty', new Blob([]), 'empty.bin');
    form.set('last', 'z');
    const request = new Request('http://a', { method: 'POST', body: form });
    const bytes = new Uint8Array(await request.arrayBuffer());
    const headers = { 'content-type': request.headers.get('content-type')! };
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += 7001) yield bytes.subarray(at, at + 7001);
    };
    for (const body of [bytes, pieces()]) {
      const { status, text } = await client.request({ method: 'POST', headers, body });
      expect(status).toBe(200);
      expect(text.split('\n')).toEqual([
        'title=Ünder',
        `file:a.txt:text/plain=${large}`,
        'empty:empty.bin:application/octet-stream=',
        'last=z',
      ]);
    }
  });

  it.each([
    ['gzip', 415, 'identity'],
    ['Identity', 200, undefined],
  ])('RFC 9110 15.5.16 content with the coding %s: %i', async (coding, expected, accepted) => {
    const { client } = await host.serve([listing()]);
    const headers = { 'content-type': type, 'content-encoding': coding };
    const answer = await client.request({ method: 'POST', headers, body: field('a', '1') + end });
    expect([answer.status, answer.headers['accept-encoding']]).toEqual([expected, accepted]);
  });

  it('a part of the type application/octet-stream without a file name is a file with an empty one', async () => {
    const { client } = await host.serve([listing()]);
    const body = `${part('name="blob"', 'x', 'Content-Type: application/octet-stream')}${end}`;
    const { status, text } = await client.request({ method: 'POST', headers: { 'content-type': type }, body });
    expect([status, text]).toEqual([200, 'blob::application/octet-stream=x']);
  });

  it('fails when the client leaves in a file', async () => {
    const errors: unknown[] = [];
    const started = deferred();
    const { client } = await host.serve([
      async (context) => {
        for await (const each of multipart(context)) {
          if (each.kind !== 'file') continue;
          started.resolve();
          try {
            await textOf(each);
          } catch (error) {
            errors.push(error);
            throw error;
          }
        }
      },
    ]);
    const halt = deferred();
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from(file('a', 'x'.repeat(50_000)).slice(0, -2));
      await halt.promise;
    };
    const answer = client.request({ method: 'POST', headers: { 'content-type': type }, body: pieces() });
    answer.catch(() => undefined);
    await started.promise;
    client.close();
    await until(() => errors.length === 1);
    expect(errors[0]).toBeInstanceOf(Error);
    halt.resolve();
  });
});

describe('content', () => {
  it('is the same at every split', async () => {
    const content = Buffer.from(`${field('a', '1')}${file('f', 'content\r\n--ax')}${field('b', '2')}${end}`);
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    for (let at = 1; at < content.length; at++) {
      const chunks = [content.subarray(0, at), content.subarray(at)].map(
        (piece) => `${piece.length.toString(16)}\r\n${piece.toString()}\r\n`,
      );
      const http = new MemoryHttp((context) => listing()(context, () => undefined));
      const { content: answer } = await http.answer(`${head}${chunks.join('')}0\r\n\r\n`);
      expect(answer).toBe('a=1\nf:f.bin:application/x-bin=content\r\n--ax\nb=2');
    }
  });

  it.each<[title: string, content: string, answer: string]>([
    ['a path in a file name', part('name="f"; filename="../../etc/passwd"', 'x'), 'f:passwd:text/plain=x'],
    ['a Windows path', part(String.raw`name="f"; filename="C:\a\b.txt"`, 'x'), 'f:b.txt:text/plain=x'],
    ['a name of the prototype', field('__proto__', 'x'), '__proto__=x'],
    ['two fields with one name', field('a', '1') + field('a', '2'), 'a=1\na=2'],
    ['an empty value', field('a', ''), 'a='],
  ])('%s', async (_title, content, answer) => {
    expect((await post(content + end)).content).toBe(answer);
  });
});

describe('a handler', () => {
  it('that does not read a file gets the next part', async () => {
    const http = new MemoryHttp(
      async (context) => {
        const names: string[] = [];
        for await (const { name } of multipart(context)) names.push(name);
        return names.join();
      },
      { maxRequestBodySize: 1_000_000 },
    );
    const content = `${file('f', 'x'.repeat(300_000))}${field('a', '1')}${end}`;
    const request = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`;
    expect((await http.answer(request + content)).content).toBe('f,a');
  });

  it.each<[title: string, use: (content: Readable) => unknown]>([
    [
      'leaves the loop over a file',
      async (content) => {
        // oxlint-disable-next-line no-unreachable-loop
        for await (const _ of content) break;
      },
    ],
    ['destroys a file', (content) => content.destroy()],
    ['destroys a file with an error', (content) => content.destroy(new Error('enough'))],
    ['reads a part of a file', (content) => new Promise((resolve) => content.once('readable', resolve))],
  ])('that %s gets the next part', async (_title, use) => {
    for (const size of [10, 30_000, 300_000]) {
      const http = new MemoryHttp(
        async (context) => {
          const names: string[] = [];
          for await (const each of multipart(context)) {
            names.push(each.name);
            if (each.kind === 'file') await use(each.content);
          }
          return names.join();
        },
        { maxRequestBodySize: 1_000_000 },
      );
      const content = `${file('f', 'x'.repeat(size))}${field('a', '1')}${end}`;
      const chunks = content.match(/[^]{1,16384}/g)!.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
      const request = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      expect((await http.answer(`${request}${chunks.join('')}0\r\n\r\n`)).content).toContain('f,a');
      expect(http.applicationErrors).toEqual([]);
    }
  });

  it('that leaves the loop can answer', async () => {
    const http = new MemoryHttp(async (context) => {
      for await (const { name } of multipart(context)) return name;
      return 'none';
    });
    const content = `${field('a', '1')}${file('f', 'x'.repeat(500))}${end}`;
    const request = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`;
    expect((await http.answer(request + content)).content).toBe('a');
  });
});

describe('a client that waits for the response in the middle of its content gets it', () => {
  const twoFields = field('a', '1') + field('b', '2');
  it.each<[title: string, content: string, handler: Middleware, answer: RegExp]>([
    ['when a part is refused', twoFields, listing({ maxFields: 1 }), /^HTTP\/1\.1 413 /],
    ['when content is malformed', part('filename="f"', 'x'), listing(), /^HTTP\/1\.1 400 /],
    [
      'when the handler leaves the loop',
      twoFields,
      async (context) => {
        for await (const { name } of multipart(context)) return name;
        return 'none';
      },
      /^HTTP\/1\.1 200 [^]*\r\n\r\na$/,
    ],
  ])('%s', async (_title, content, handler, answer) => {
    const http = new MemoryHttp((context) => handler(context, () => undefined), { maxRequestBodySize: 100_000 });
    const answered = deferred();
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 90000\r\n\r\n`;
    const { received, end } = http.open(head + content, answered.resolve);
    await answered.promise;
    end();
    expect(await received).toMatch(answer);
    expect(http.applicationErrors).toEqual([]);
  });
});

describe('content that is refused', () => {
  it.each<[title: string, content: string, limits: MultipartOptions, status: number, code: MultipartErrorCode]>([
    ['nothing', '', {}, 400, 'MULTIPART_MALFORMED'],
    ['a part without a name', part('filename="a"', 'x') + end, {}, 400, 'MULTIPART_MALFORMED'],
    ['no end', field('a', '1'), {}, 400, 'MULTIPART_MALFORMED'],
    ['no end in a file', file('f', 'x').slice(0, -3), {}, 400, 'MULTIPART_MALFORMED'],
    ['no boundary after a file', file('f', 'x').slice(0, -2), {}, 400, 'MULTIPART_MALFORMED'],
    ['no boundary after a large file', file('f', 'x'.repeat(90_000)), {}, 400, 'MULTIPART_MALFORMED'],
    ['another boundary', '--c\r\n\r\n--c--', {}, 400, 'MULTIPART_MALFORMED'],
    ['too many parts', field('a', '1').repeat(3) + end, { maxParts: 2 }, 413, 'MULTIPART_TOO_MANY_PARTS'],
    ['too many fields', field('a', '1').repeat(3) + end, { maxFields: 2 }, 413, 'MULTIPART_TOO_MANY_FIELDS'],
    ['too many files', file('a', '1').repeat(3) + end, { maxFiles: 2 }, 413, 'MULTIPART_TOO_MANY_FILES'],
    ['a large field', field('a', '12345') + end, { maxFieldSize: 4 }, 413, 'MULTIPART_FIELD_TOO_LARGE'],
    ['a large name', field('abcde', '1') + end, { maxNameSize: 4 }, 413, 'MULTIPART_FIELD_TOO_LARGE'],
    ['a large file', file('a', '12345') + end, { maxFileSize: 4 }, 413, 'MULTIPART_FILE_TOO_LARGE'],
  ])('%s: %#', async (_title, content, limits, status, code) => {
    let thrown: unknown;
    const http = new MemoryHttp(
      async (context) => {
        try {
          return await listing(limits)(context, () => undefined);
        } catch (error) {
          thrown = error;
          throw error;
        }
      },
      { maxRequestBodySize: 100_000 },
    );
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`;
    expect((await http.answer(head + content)).status).toBe(status);
    expect(thrown).toMatchObject({ name: 'MultipartError', code });
    expect(http.applicationErrors).toEqual([]);
  });

  it.each<[contentType: string, status: number]>([
    ['application/json', 415],
    ['multipart/mixed; boundary=b', 415],
    ['multipart/form-data', 400],
    ['multipart/form-data; boundary=', 400],
  ])('%s: %i', async (contentType, status) => {
    expect((await post(field('a', '1') + end, {}, contentType)).status).toBe(status);
  });

  it('over the limit of the server: 413', async () => {
    const http = new MemoryHttp((context) => listing()(context, () => undefined), { maxRequestBodySize: 10 });
    const content = `${file('f', 'x'.repeat(100))}${end}`;
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${content.length}\r\n\r\n`;
    expect((await http.answer(head + content)).status).toBe(413);
  });

  it.each([{ maxFiles: -1 }, { maxFileSize: Infinity }, { maxParts: 1.5 }])(
    '%j: an error of the application that says what was received',
    async (limits) => {
      const [[name, value]] = Object.entries(limits) as [[string, number]];
      let refused: unknown;
      const http = new MemoryHttp(async (context) => {
        try {
          await listing(limits)(context, () => undefined);
        } catch (error) {
          refused = error;
          throw error;
        }
      });
      const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${end.length}\r\n\r\n`;
      expect((await http.answer(head + end)).status).toBe(500);
      expect(refused).toMatchObject({
        code: 'MULTIPART_LIMIT_INVALID',
        message: expect.stringContaining(`received ${name}: ${value}`) as string,
      });
    },
  );
});
