import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Logger, type WebHost, serve } from 'windhover';
import { get } from './responses.ts';

const urls = 'http://127.0.0.1:0';
const open: WebHost[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.stop(AbortSignal.abort())));
  vi.restoreAllMocks();
});

const tracked = async (starting: Promise<WebHost>): Promise<WebHost> => {
  const host = await starting;
  open.push(host);
  return host;
};

describe('serve', () => {
  it('answers every request with the handler', async () => {
    const host = await tracked(
      serve(({ request, response }) => response.send(`you asked for ${request.path}`), { urls }),
    );
    expect(await get(`${host.addresses[0]}/tea`)).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      text: 'you asked for /tea',
    });
  });

  it('listens on several addresses, as a list or as text', async () => {
    const list = await tracked(serve(() => {}, { urls: [urls, `${urls};${urls}`] }));
    expect(list.addresses).toHaveLength(3);
    const text = await tracked(serve(() => {}, { urls: `${urls}; ${urls}` }));
    expect(text.addresses).toHaveLength(2);
  });

  it('takes limits', async () => {
    const host = await tracked(serve(() => {}, { urls, limits: { maxRequestLineSize: 20 } }));
    expect((await get(`${host.addresses[0]}/more/than/twenty/bytes`)).status).toBe(414);
    await expect(serve(() => {}, { limits: { keepAliveTimeout: -1 } })).rejects.toMatchObject({
      code: 'HTTP_LIMIT_INVALID',
    });
  });

  it('reports to the logger', async () => {
    const error = vi.fn<Logger['error']>();
    const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error };
    const failure = new Error('boom');
    const host = await tracked(serve(() => Promise.reject(failure), { urls, logger }));
    expect((await get(`${host.addresses[0]}/`)).status).toBe(500);
    expect(error).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ err: failure }), expect.any(String));
  });

  it('stops when its signal aborts', async () => {
    const controller = new AbortController();
    const host = await tracked(serve(() => {}, { urls, signal: controller.signal }));
    const stopped = new Promise((resolve) => host.lifetime.stopped.addEventListener('abort', resolve));
    controller.abort();
    await stopped;
    await expect(get(`${host.addresses[0]}/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not start when its signal has aborted', async () => {
    const reason = new Error('too late');
    await expect(serve(() => {}, { urls, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('stops what runs after the shutdown timeout', async () => {
    let running = (): void => {};
    const called = new Promise<void>((resolve) => (running = resolve));
    const stuck = async (): Promise<void> => {
      running();
      await new Promise(() => {});
    };
    const host = await tracked(serve(stuck, { urls, shutdownTimeout: 20 }));
    const answer = get(`${host.addresses[0]}/`).catch((error: NodeJS.ErrnoException) => error.code);
    await called;
    await host.stop();
    expect(await answer).toBe('ECONNRESET');
  });

  it('is stopped by await using', async () => {
    let address: string | undefined;
    {
      await using host = await serve(() => {}, { urls });
      address = host.addresses[0];
    }
    await expect(get(`${address}/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each<[given: unknown, message: RegExp]>([
    [5000, /^the options of serve must be an object; received the number 5000/],
    ['http://localhost:0', /^the options of serve must be an object; received the string/],
    [{ url: urls }, /^serve has no option "url"; its options are urls, limits, signal, logger, shutdownTimeout/],
    [{ urls, limits: null }, /^serve: limits must be an object; received null/],
    [{ urls: 5000 }, /^useUrls takes addresses, .* of the type number/],
    [{ urls: [undefined] }, /^useUrls takes addresses, .* of the type undefined/],
  ])('the options %j: TypeError', async (given, message) => {
    const starting = serve(() => {}, given as never);
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toBeInstanceOf(TypeError);
  });

  it('an address in use: the error of start', async () => {
    const first = await tracked(serve(() => {}, { urls }));
    await expect(serve(() => {}, { urls: first.addresses })).rejects.toMatchObject({
      code: 'TRANSPORT_ADDRESS_IN_USE',
    });
  });
});
