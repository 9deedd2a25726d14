import { type HttpContext, HttpResponseBodyFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { get, serve, settled } from './support/exchange-harness.ts';
const body = (context: HttpContext): HttpResponseBodyFeature => context.features.require(HttpResponseBodyFeature);

describe('callbacks of a response', () => {
  it('onStarting runs before the head, last first, and may change it; onCompleted after, last first', async () => {
    const order: string[] = [];
    const harness = serve(({ response }) => {
      response.onStarting(() => {
        order.push('starting 1');
        response.headers.set('x', 'late');
      });
      response.onStarting(() => void order.push('starting 2'));
      response.onCompleted(() => void order.push('completed 1'));
      response.onCompleted(() => void order.push('completed 2'));
    });
    harness.receive(get());
    expect(harness.sent()).toContain('x: late\r\n');
    expect(order).toEqual(['starting 2', 'starting 1', 'completed 2', 'completed 1']);
  });

  it('clear takes back all but the callbacks, as long as nothing was sent', () => {
    const harness = serve((context) => {
      const { response } = context;
      response.onStarting(() => response.headers.set('x-outer', '1'));
      response.statusCode = 201;
      response.reasonPhrase = 'Made';
      response.headers.set('x-inner', '1');
      body(context).write('gone');
      response.clear();
      return response.send('instead');
    });
    harness.receive(get());
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*x-outer: 1\r\n.*\r\n\r\ninstead$/s);
    expect(harness.sent()).not.toMatch(/x-inner|gone/);
  });

  it('clear after a failed start lets callbacks with alsoOnError run again, once, and no others', () => {
    const harness = serve((context) => {
      const { response } = context;
      response.onStarting(() => response.headers.append('x-first', '1'), { alsoOnError: true });
      response.onStarting(() => {
        if (response.statusCode === 201) throw new Error('starting');
      });
      response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
      response.onStarting(() => response.headers.append('x-success', '1'));
      response.statusCode = 201;
      try {
        response.send('made');
      } catch {
        response.clear();
        response.send('instead');
      }
    });
    harness.receive(get());
    expect(harness.sent()).toMatch(/\r\nx-every: 1\r\nx-first: 1\r\n/);
    expect(harness.sent()).not.toContain('x-success');
  });

  it('the response to an error has the fields of onStarting with alsoOnError, once, and no others', () => {
    const harness = serve(({ response }) => {
      response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
      response.onStarting(() => response.headers.set('x-success', '1'));
      throw new Error('failed');
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\nx-every: 1\r\ncontent-length: 0\r\n\r\n');
  });

  it('an onStarting callback with alsoOnError that throws: 500 without its fields', () => {
    const harness = serve(({ response }) => {
      response.onStarting(
        () => {
          throw new Error('starting');
        },
        { alsoOnError: true },
      );
      response.send('x');
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n');
  });

  it.each<[failure: string, fail: (context: HttpContext) => void]>([
    [
      'a callback that runs after them throws',
      ({ response }) => {
        // Registered first, so it runs last.
        response.onStarting(() => {
          throw new Error('starting');
        });
        response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
      },
    ],
    [
      'the content does not fit the declared length',
      ({ response }) => {
        response.onStarting(() => response.headers.append('x-every', '1'), { alsoOnError: true });
        response.headers.set('content-length', '2');
      },
    ],
  ])('callbacks with alsoOnError that have run, run again for the response to an error when %s', (_failure, fail) => {
    const harness = serve((context) => {
      fail(context);
      context.response.send('x');
    });
    harness.receive(get());
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\nx-every: 1\r\ncontent-length: 0\r\n\r\n');
  });

  it('every callback with alsoOnError throws: 500, and each error is reported', () => {
    const harness = serve(({ response }) => {
      for (const number of [1, 2, 3]) {
        const fail = (): never => {
          throw new Error(`starting ${number}`);
        };
        response.onStarting(fail, { alsoOnError: true });
      }
      response.send('x');
    });
    harness.receive(get() + get('/second'));
    expect(harness.sent().match(/HTTP\/1\.1 500 Internal Server Error\r\ncontent-length: 0/g)).toHaveLength(2);
    expect(harness.applicationErrors).toHaveLength(6);
  });

  it('each callback with alsoOnError throws for a response that is still written: 500, and both errors are reported', async () => {
    const harness = serve(async (context) => {
      for (const number of [1, 2]) {
        const fail = (): never => {
          throw new Error(`starting ${number}`);
        };
        context.response.onStarting(fail, { alsoOnError: true });
      }
      body(context).write('x');
      await settled();
    });
    harness.receive(get());
    await settled();
    await settled();
    expect(harness.sent()).toBe('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n');
    expect(harness.applicationErrors.map(String)).toEqual(['Error: starting 2', 'Error: starting 1']);
  });

  it('an error in onStarting is a 500; one in onCompleted is only reported', async () => {
    const harness = serve(({ request, response }) => {
      if (request.path === '/starting') {
        response.onStarting(() => {
          throw new Error('starting');
        });
      }
      response.onCompleted(() => {
        throw new Error('completed');
      });
      response.onCompleted(() => Promise.reject(new Error('completed later')));
    });
    harness.receive(get('/starting'));
    harness.receive(get('/'));
    await settled();
    expect(harness.sent()).toMatch(/^HTTP\/1\.1 500 [^]*HTTP\/1\.1 200 OK/);
    const messages = harness.applicationErrors.map((error) => (error as Error).message).toSorted();
    expect(messages).toEqual(['completed', 'completed', 'completed later', 'completed later', 'starting']);
  });
});
