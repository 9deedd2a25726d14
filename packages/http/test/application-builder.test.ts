import { Features } from '@windhover/features';
import { describe, expect, it } from 'vitest';
import {
  ApplicationBuilder,
  type HttpContext,
  type Middleware,
  type RequestDelegate,
  pipelineApplication,
} from '../src/index.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { fakeExchange } from './support/fake-exchange.ts';

const builder = (): ApplicationBuilder => new ApplicationBuilder(new Features());

/** Middleware that records when the request passes it and returns. */
const noting =
  (log: string[], name: string): Middleware =>
  async (context, next) => {
    log.push(`>${name}`);
    await next(context);
    log.push(`<${name}`);
  };

/** The path base and path that a request for the path shows a handler. */
const whereabouts = (log: string[]) => (context: HttpContext) =>
  void log.push(`${context.request.pathBase}|${context.request.path}`);

describe('ApplicationBuilder', () => {
  it('gives branches the features of the server', () => {
    const features = new Features();
    const app = new ApplicationBuilder(features);
    const seen: unknown[] = [app.serverFeatures];
    app.map('/a', (branch) => void seen.push(branch.serverFeatures));
    app.useWhen(
      () => true,
      (branch) => void seen.push(branch.serverFeatures),
    );
    expect(seen).toEqual([features, features, features]);
  });

  describe('use', () => {
    it('runs middleware in the order in which it was added, and back', async () => {
      const log: string[] = [];
      const app = builder().use(noting(log, 'a')).use(noting(log, 'b')).use(noting(log, 'c'));
      await app.build()(fakeExchange().context);
      expect(log).toEqual(['>a', '>b', '>c', '<c', '<b', '<a']);
    });

    it('folds once: middleware gets the same next for every request', () => {
      const seen = new Set<RequestDelegate>();
      const app = builder().use((context, next) => {
        seen.add(next);
        return next(context);
      });
      const delegate = app.build();
      expect(seen.size).toBe(0);
      for (let n = 0; n < 3; n++) void delegate(fakeExchange().context);
      expect(seen.size).toBe(1);
    });

    it('a function that declares only the context is a handler that ends the pipeline', () => {
      const { context, response } = fakeExchange();
      void builder()
        .use(({ response }) => response.send('handled'))
        .use(() => expect.unreachable())
        .build()(context);
      expect(response.log).toEqual(['handled', 'end']);
    });

    it('middleware runs for each request', async () => {
      const log: string[] = [];
      const app = builder().use(async (context, next) => {
        log.push(context.request.path);
        await next(context);
        log.push(String(context.response.statusCode));
      });
      const delegate = app.build();
      await delegate(fakeExchange({ path: '/a' }).context);
      await delegate(fakeExchange({ path: '/b' }).context);
      expect(log).toEqual(['/a', '404', '/b', '404']);
    });

    it('that does not call next answers by itself', () => {
      const { context, response } = fakeExchange();
      void builder()
        .use(({ response }, _next) => response.send('short'))
        .run(() => expect.unreachable())
        .build()(context);
      expect(response.log).toEqual(['short', 'end']);
    });

    it('that is synchronous returns no promise', () => {
      const delegate = builder()
        .use((context, next) => next(context))
        .use((context, next) => next(context))
        .map('/a', (branch) => branch.run(() => {}))
        .build();
      expect(delegate(fakeExchange().context)).toBeUndefined();
      expect(delegate(fakeExchange({ path: '/a' }).context)).toBeUndefined();
    });

    it('an error passes through all outer middleware', async () => {
      const log: string[] = [];
      const app = builder()
        .use(async (context, next) => {
          try {
            await next(context);
          } catch (error) {
            log.push((error as Error).message);
          }
        })
        .use(noting(log, 'inner'))
        .run(() => {
          throw new Error('broken');
        });
      await app.build()(fakeExchange().context);
      expect(log).toEqual(['>inner', 'broken']);
    });
  });

  it('run: middleware after it is not reached', () => {
    const { context, response } = fakeExchange();
    void builder()
      .run(({ response }) => response.send('first'))
      .run(({ response }) => response.send('second'))
      .build()(context);
    expect(response.log).toEqual(['first', 'end']);
  });

  describe('build', () => {
    it('without an answer: 404 without content', () => {
      const { context, response } = fakeExchange();
      void builder().build()(context);
      expect([response.statusCode, response.log]).toEqual([404, []]);
    });

    it('without an end, after the response has started: unchanged', () => {
      const { context, response } = fakeExchange();
      void builder()
        .use((context, next) => {
          response.start();
          return next(context);
        })
        .build()(context);
      expect(response.statusCode).toBe(200);
    });

    it('takes another end', () => {
      const { context, response } = fakeExchange();
      void builder().build(({ response }) => response.send('the end'))(context);
      expect(response.log).toEqual(['the end', 'end']);
    });

    it('can be called again and builds the same pipeline', async () => {
      const log: string[] = [];
      const app = builder().use(noting(log, 'a'));
      for (const delegate of [app.build(), app.build()]) {
        await delegate(fakeExchange().context);
        expect(log.splice(0)).toEqual(['>a', '<a']);
      }
    });

    it.each<[method: string, add: (app: ApplicationBuilder) => void]>([
      ['use', (app) => app.use((context, next) => next(context))],
      ['run', (app) => app.run(() => {})],
      ['map', (app) => app.map('/a', () => {})],
      [
        'mapWhen',
        (app) =>
          app.mapWhen(
            () => true,
            () => {},
          ),
      ],
      [
        'useWhen',
        (app) =>
          app.useWhen(
            () => true,
            () => {},
          ),
      ],
    ])('%s after it: HTTP_PIPELINE_BUILT', (_method, add) => {
      const app = builder();
      app.build();
      expect(() => add(app)).toThrow(expect.objectContaining({ code: 'HTTP_PIPELINE_BUILT' }));
    });
  });
});

describe('map', () => {
  it.each<[path: string, inside: string]>([
    ['/api', '/api|'],
    ['/api/', '/api|/'],
    ['/api/users/1', '/api|/users/1'],
    ['/API/Users', '/API|/Users'],
    ['/apis', 'outside |/apis'],
    ['/ap', 'outside |/ap'],
    ['/', 'outside |/'],
    ['', 'outside |'],
    ['/x/api', 'outside |/x/api'],
  ])('/api for "%s": %s', (path, inside) => {
    const log: string[] = [];
    void builder()
      .map('/api', (branch) => branch.run(whereabouts(log)))
      .run((context) => void log.push(`outside ${context.request.pathBase}|${context.request.path}`))
      .build()(fakeExchange({ path }).context);
    expect(log).toEqual([inside]);
  });

  it('takes several segments', () => {
    const log: string[] = [];
    const app = builder().map('/a/b', (branch) => branch.run(whereabouts(log)));
    void app.build()(fakeExchange({ path: '/A/b/c' }).context);
    expect(log).toEqual(['/A/b|/c']);
  });

  it('nests, and continues from the current path base', () => {
    const log: string[] = [];
    const app = builder().map('/a', (a) => a.map('/b', (b) => b.run(whereabouts(log))).run(whereabouts(log)));
    void app.build()(fakeExchange({ path: '/a/b/c', pathBase: '/base' }).context);
    void app.build()(fakeExchange({ path: '/a/c', pathBase: '/base' }).context);
    expect(log).toEqual(['/base/a/b|/c', '/base/a|/c']);
  });

  it('a branch without an answer: 404, and the middleware after the map does not run', () => {
    const { context, response } = fakeExchange({ path: '/a' });
    void builder()
      .map('/a', () => {})
      .run(() => expect.unreachable())
      .build()(context);
    expect(response.statusCode).toBe(404);
  });

  it('configures at once, builds once', () => {
    let configured = 0;
    const built = new Set<RequestDelegate>();
    const app = builder().map('/a', (branch) => {
      configured++;
      branch.use((_context, next) => void built.add(next));
    });
    expect(configured).toBe(1);
    const delegate = app.build();
    for (let n = 0; n < 3; n++) void delegate(fakeExchange({ path: '/a' }).context);
    expect([configured, built.size]).toEqual([1, 1]);
  });

  it.each(['', '/', 'a', '/a/', 'a/', '//'])('"%s": refused with a TypeError', (path) => {
    expect(() => builder().map(path, () => {})).toThrow(TypeError);
  });

  describe('restores path and path base', () => {
    const outcomes: [how: string, handler: RequestDelegate, error: string | undefined][] = [
      ['when the branch returns', () => {}, undefined],
      [
        'when the branch throws',
        () => {
          throw new Error('sync');
        },
        'sync',
      ],
      ['when its promise is kept', () => turns(), undefined],
      ['when its promise is broken', () => turns().then(() => Promise.reject(new Error('async'))), 'async'],
    ];

    it.each(outcomes)('%s', async (_how, handler, error) => {
      const { context, request } = fakeExchange({ path: '/a/b', pathBase: '/base' });
      const outer: (string | undefined)[] = [];
      await builder()
        .use(async (context, next) => {
          outer.push(await outcomeOf(() => next(context)));
        })
        .map('/a', (branch) => branch.run(handler))
        .build()(context);
      expect(outer).toEqual([error]);
      expect([request.pathBase, request.path]).toEqual(['/base', '/a/b']);
    });

    it('not before its promise has settled', async () => {
      const { context, request } = fakeExchange({ path: '/a/b' });
      const pending = builder()
        .map('/a', (branch) => branch.run(() => turns()))
        .build()(context);
      expect([request.pathBase, request.path]).toEqual(['/a', '/b']);
      await pending;
      expect([request.pathBase, request.path]).toEqual(['', '/a/b']);
    });
  });
});

describe('values that cannot be middleware or handlers', () => {
  const wrong: [what: string, value: unknown, says: RegExp][] = [
    ['a string', '/api', /received the string "\/api"/],
    ['undefined', undefined, /received undefined; check that the factory or module returns a function/],
    ['null', null, /received null/],
    ['a promise', Promise.resolve(() => {}), /received a promise; await it first/],
    ['a number', 7, /received a number/],
    ['an object', {}, /received an object; /],
    ['an object of a class', new Map(), /received an object \(Map\)/],
    ['a class', class Limiter extends Map {}, /received the class Limiter/],
  ];

  it.each(wrong)('use of %s: HTTP_MIDDLEWARE_INVALID', (_what, value, says) => {
    expect(() => builder().use(value as Middleware)).toThrow(
      expect.objectContaining({ code: 'HTTP_MIDDLEWARE_INVALID', message: expect.stringMatching(says) as string }),
    );
  });

  it.each(wrong)('run of %s: HTTP_HANDLER_INVALID', (_what, value, says) => {
    expect(() => builder().run(value as RequestDelegate)).toThrow(
      expect.objectContaining({ code: 'HTTP_HANDLER_INVALID', message: expect.stringMatching(says) as string }),
    );
  });

  it.each(wrong)('a single handler of an application that is %s: HTTP_HANDLER_INVALID', (_what, value) => {
    expect(() => pipelineApplication(value as RequestDelegate)).toThrow(
      expect.objectContaining({ code: 'HTTP_HANDLER_INVALID' }),
    );
  });

  it('use with a path and middleware: HTTP_MIDDLEWARE_INVALID, and the message says how to map a path', () => {
    const app = builder();
    const use = app.use.bind(app) as unknown as (path: string, middleware: Middleware) => unknown;
    expect(() => use('/api', (context, next) => next(context))).toThrow(/map\(path, \(branch\) => branch\.use\(…\)\)/);
  });

  it('use with two middleware: HTTP_MIDDLEWARE_INVALID, and the message says to call it for each', () => {
    const pass: Middleware = (context, next) => next(context);
    const app = builder();
    expect(() => app.use(pass, ...([pass] as never[]))).toThrow(/received 2 arguments; call it once for each/);
  });

  it('a predicate or a branch that is no function, or an async branch: HTTP_MIDDLEWARE_INVALID', () => {
    const invalid = expect.objectContaining({ code: 'HTTP_MIDDLEWARE_INVALID' }) as Error;
    expect(() => builder().mapWhen('POST' as never, () => {})).toThrow(invalid);
    expect(() => builder().useWhen(() => true, undefined as never)).toThrow(invalid);
    expect(() => builder().map('/a', async () => {})).toThrow(invalid);
  });
});

/** @returns the message of the error, if there was one */
const outcomeOf = async (work: () => void | Promise<void>): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('mapWhen', () => {
  it('the request enters the branch and does not return', async () => {
    const log: string[] = [];
    const app = builder()
      .mapWhen(
        ({ request }) => request.method === 'POST',
        (branch) => branch.use(noting(log, 'branch')),
      )
      .use(noting(log, 'main'));
    const posted = fakeExchange({ method: 'POST' });
    await app.build()(posted.context);
    expect([log.splice(0), posted.response.statusCode]).toEqual([['>branch', '<branch'], 404]);
    await app.build()(fakeExchange().context);
    expect(log).toEqual(['>main', '<main']);
  });
});

describe('useWhen', () => {
  it('the branch runs first, and its end continues after useWhen', async () => {
    const log: string[] = [];
    const app = builder()
      .useWhen(
        ({ request }) => request.method === 'POST',
        (branch) => branch.use(noting(log, 'branch')),
      )
      .use(noting(log, 'main'));
    await app.build()(fakeExchange({ method: 'POST' }).context);
    expect(log.splice(0)).toEqual(['>branch', '>main', '<main', '<branch']);
    await app.build()(fakeExchange().context);
    expect(log).toEqual(['>main', '<main']);
  });

  it('a branch that answers does not lead back', () => {
    const { context, response } = fakeExchange();
    void builder()
      .useWhen(
        () => true,
        (branch) => branch.run(({ response }) => response.send('branch')),
      )
      .run(() => expect.unreachable())
      .build()(context);
    expect(response.log).toEqual(['branch', 'end']);
  });
});

describe('pipelineApplication', () => {
  it('makes a context of the features and runs the handler with it', () => {
    const { features, response } = fakeExchange({ path: '/x' });
    const application = pipelineApplication(({ request, response }) => response.send(request.path));
    const context = application.createContext(features);
    expect(context.features).toBe(features);
    expect(application.processRequest(context)).toBeUndefined();
    application.disposeContext(context);
    expect(response.log).toEqual(['/x', 'end']);
  });
});
