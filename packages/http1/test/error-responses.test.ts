import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpContext, HttpProblem } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';

const text = 'text/plain; charset=utf-8';

/** An application with all that a host gives it, over HTTP/1.1 in memory. */
const application = (configure: (app: ApplicationBuilder) => void): MemoryHttp => {
  const app = new ApplicationBuilder(new Features());
  configure(app);
  return new MemoryHttp(app.toApplication());
};

const failing = (error: unknown, configure?: (app: ApplicationBuilder) => void): MemoryHttp =>
  application((app) => {
    configure?.(app);
    app.run(() => {
      throw error;
    });
  });

const json = 'Accept: application/json\r\n';

describe('the answer to an error', () => {
  const withMembers = (members: object): Error => Object.assign(new Error('secret'), members);
  const traceId = expect.any(String) as string;

  it.each<[name: string, error: unknown, status: number, problem: object, isLogged: boolean]>([
    ['any error', new Error('secret'), 500, { title: 'Internal Server Error' }, true],
    ['a string', 'secret', 500, { title: 'Internal Server Error' }, true],
    ['HttpProblem', new HttpProblem(404), 404, { title: 'Not Found' }, false],
    [
      'HttpProblem with detail',
      new HttpProblem(404, 'no user 7'),
      404,
      { title: 'Not Found', detail: 'no user 7' },
      false,
    ],
    [
      'HttpProblem with everything',
      new HttpProblem(403, {
        type: 'https://example.com/out-of-credit',
        title: 'Out of credit',
        detail: 'The balance is 30.',
        instance: '/account/1',
        extensions: { balance: 30, status: 1 },
      }),
      403,
      {
        type: 'https://example.com/out-of-credit',
        title: 'Out of credit',
        detail: 'The balance is 30.',
        instance: '/account/1',
        balance: 30,
      },
      false,
    ],
    ['HttpProblem above 499', new HttpProblem(503, 'closed for today'), 503, { detail: 'closed for today' }, true],
    [
      'statusCode and expose, as http-errors',
      withMembers({ statusCode: 422, expose: true, message: 'bad mail' }),
      422,
      { title: 'Unprocessable Content', detail: 'bad mail' },
      false,
    ],
    [
      'status and expose',
      withMembers({ status: 409, expose: true, message: 'taken' }),
      409,
      { detail: 'taken' },
      false,
    ],
    [
      'status alone, as of a request to another server',
      withMembers({ status: 404 }),
      404,
      { title: 'Not Found' },
      true,
    ],
    ['expose false', withMembers({ status: 401, expose: false }), 401, { title: 'Unauthorized' }, true],
    ['status 200', withMembers({ status: 200 }), 500, { title: 'Internal Server Error' }, true],
    ['status 700', withMembers({ status: 700, expose: true, message: 'x' }), 500, {}, true],
  ])('%s: its status and what the client may see', async (_name, error, status, problem, isLogged) => {
    const http = failing(error);
    const answer = await http.get('/', json);
    expect([answer.status, answer.fields['content-type'], answer.fields['cache-control']]).toEqual([
      status,
      'application/problem+json',
      'no-store',
    ]);
    expect(answer.content).not.toContain('secret');
    expect(JSON.parse(answer.content)).toMatchObject({ type: 'about:blank', status, traceId, ...problem });
    expect(http.applicationErrors).toEqual(isLogged ? [error] : []);
  });

  it.each<[accept: string, type: string]>([
    ['', text],
    ['Accept: */*\r\n', text],
    ['Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n', text],
    ['Accept: text/plain\r\n', text],
    ['Accept: application/json\r\n', 'application/problem+json'],
    ['Accept: application/problem+json, text/plain;q=0.5\r\n', 'application/problem+json'],
  ])('for a client with %j: %s', async (accept, type) => {
    const answer = await failing(new HttpProblem(404, 'no user 7')).get('/', accept);
    expect(answer.fields['content-type']).toBe(type);
    if (type === text) expect(answer.content).toBe('404 Not Found: no user 7\n'); // oxlint-disable-line no-conditional-expect
  });

  it('has the fields of an HttpProblem', async () => {
    const answer = await failing(
      new HttpProblem(401, { fields: { 'www-authenticate': 'Bearer', 'retry-after': 3 } }),
    ).get('/');
    expect(answer.fields).toMatchObject({ 'www-authenticate': 'Bearer', 'retry-after': '3' });
  });

  it('with a field that cannot be: the status alone, and the defect is reported', async () => {
    const http = failing(new HttpProblem(401, { fields: { 'bad name': 'x' } }));
    expect(await http.get('/')).toMatchObject({ status: 401, content: '' });
    expect(http.applicationErrors).toMatchObject([{ code: 'HTTP_FIELD_NAME_INVALID' }]);
  });

  it('to HEAD: a head with the length of the content', async () => {
    const sent = await failing(new HttpProblem(404)).exchange('HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(sent).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[^]*content-length: 14\r\n\r\n$/);
  });

  it('an HttpProblem with a status that is no error: HTTP_STATUS_INVALID', () => {
    for (const status of [200, 399, 600, 404.5, Number.NaN]) {
      expect(() => new HttpProblem(status)).toThrow(expect.objectContaining({ code: 'HTTP_STATUS_INVALID' }));
    }
  });

  it.each<[name: string, request: string, status: number, field: string | undefined]>([
    ['invalid JSON', 'Content-Length: 1\r\n\r\n{', 400, undefined],
    ['no content', 'Content-Length: 0\r\n\r\n', 400, undefined],
    ['compressed content', 'Content-Length: 1\r\nContent-Encoding: gzip\r\n\r\n1', 415, 'identity'],
  ])('%s where JSON is needed: %i, not logged, and the connection stays', async (_name, request, status, field) => {
    const http = application((app) => app.run(async ({ request }) => ({ got: await request.json() })));
    const sent = await http.exchange(
      `POST / HTTP/1.1\r\nHost: a\r\n${request}POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n7`,
    );
    expect(sent).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*HTTP/1\\.1 200 OK[^]*\\{"got":7\\}$`));
    expect(/accept-encoding: (\w+)/.exec(sent)?.[1]).toBe(field);
    expect([http.applicationErrors, http.badRequests]).toEqual([[], []]);
  });
});

describe('a response with an error status that the application leaves without content', () => {
  it.each<[name: string, configure: (app: ApplicationBuilder) => void, status: number, content: string]>([
    ['no middleware answers', () => {}, 404, '404 Not Found\n'],
    [
      'a handler sets the status',
      (app) => app.run(({ response }) => void (response.statusCode = 403)),
      403,
      '403 Forbidden\n',
    ],
    [
      'a handler ends it',
      (app) =>
        app.run(({ response }) => {
          response.statusCode = 403;
          response.end();
        }),
      403,
      '',
    ],
    [
      'a handler sets a length',
      (app) =>
        app.run(({ response }) => {
          response.statusCode = 403;
          response.headers.set('content-length', 0);
        }),
      403,
      '',
    ],
    [
      'a handler has written',
      (app) =>
        app.run(({ response }) => {
          response.statusCode = 403;
          void response.write('mine');
        }),
      403,
      'mine',
    ],
    ['a status below 400', (app) => app.run(({ response }) => void (response.statusCode = 304)), 304, ''],
  ])('%s', async (_name, configure, status, content) => {
    const http = application(configure);
    expect(await http.get('/')).toMatchObject({ status, content });
    expect(http.applicationErrors).toEqual([]);
  });
});

describe('onNotFound', () => {
  it('answers requests that no middleware has answered, with 404 unless it sets another status', async () => {
    const http = application((app) =>
      app.onNotFound(({ request }) => `nothing at ${request.path}`).map('/x', (branch) => branch.run(() => 'x')),
    );
    expect(await http.get('/other')).toMatchObject({ status: 404, content: 'nothing at /other' });
    expect(await http.get('/x')).toMatchObject({ status: 200, content: 'x' });
  });

  it('answers for branches, too, whether set before or after them', async () => {
    const http = application((app) =>
      app.map('/x', (branch) => void branch.map('/y', () => {})).onNotFound(() => 'mine'),
    );
    expect(await http.get('/x/y')).toMatchObject({ status: 404, content: 'mine' });
  });
});

describe('onError', () => {
  it('is called with each error, whose status is set, and its result is the answer', async () => {
    const seen: unknown[] = [];
    const error = new HttpProblem(409, 'taken');
    const http = failing(error, (app) =>
      app.onError((given, { response }) => {
        seen.push(given, response.statusCode);
        return { mine: true };
      }),
    );
    expect(await http.get('/')).toMatchObject({ status: 409, content: '{"mine":true}' });
    expect(seen).toEqual([error, 409]);
  });

  it('may set the status, send itself, or be async', async () => {
    for (const answer of [
      ({ response }: HttpContext) => {
        response.statusCode = 418;
        response.send('tea');
      },
      async ({ response }: HttpContext) => {
        await Promise.resolve();
        response.statusCode = 418;
        return 'tea';
      },
    ]) {
      const http = failing(new Error('x'), (app) => app.onError((_error, context) => answer(context)));
      expect(await http.get('/')).toMatchObject({ status: 418, content: 'tea' });
      expect(http.applicationErrors.length).toBe(1);
    }
  });

  it('that gives nothing: the default answer, of the status that it has set', async () => {
    const http = failing(new HttpProblem(409, 'taken'), (app) => app.onError(() => {}));
    expect(await http.get('/')).toMatchObject({ status: 409, content: '409 Conflict: taken\n' });
    const other = failing(new HttpProblem(409, 'taken'), (app) =>
      app.onError((_error, { response }) => void (response.statusCode = 400)),
    );
    expect(await other.get('/')).toMatchObject({ status: 400, content: '400 Bad Request\n' });
  });

  it.each<[how: string, handler: () => Promise<void> | void]>([
    [
      'throws',
      () => {
        throw new Error('worse');
      },
    ],
    ['rejects', () => Promise.reject(new Error('worse'))],
  ])('that %s: both errors are reported, and the status of the first is the answer', async (_how, handler) => {
    const http = failing(new Error('bad'), (app) => app.onError(handler));
    expect(await http.get('/')).toMatchObject({ status: 500, content: '' });
    expect(http.applicationErrors).toMatchObject([{ message: 'bad' }, { message: 'worse' }]);
  });

  it('is not called once the response has started', async () => {
    const http = application((app) =>
      app
        .onError(() => expect.unreachable())
        .run(async ({ response }) => {
          await response.write('a');
          await new Promise((resolve) => setImmediate(resolve));
          throw new Error('late');
        }),
    );
    await http.exchange('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(http.applicationErrors).toMatchObject([{ message: 'late' }]);
  });

  it.each([undefined, 'text', Promise.resolve()])('%s as a hook: HTTP_HANDLER_INVALID', (value) => {
    const app = new ApplicationBuilder(new Features());
    expect(() => app.onError(value as never)).toThrow(expect.objectContaining({ code: 'HTTP_HANDLER_INVALID' }));
    expect(() => app.onNotFound(value as never)).toThrow(expect.objectContaining({ code: 'HTTP_HANDLER_INVALID' }));
  });
});
