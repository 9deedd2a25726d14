import { Buffer } from 'node:buffer';
import { expect, it, onTestFinished, vi } from 'vitest';
import { everyHost } from '../../../tools/test-support/hosts/every-host.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { type HttpContext, HttpResponseBodyFeature, HttpResponseFeature, type Middleware } from '../src/index.ts';

/** A body that keeps all content, and sends it in capitals some turns after the end. */
class LateCapitals implements HttpResponseBodyFeature {
  readonly #context: HttpContext;
  readonly #inner: HttpResponseBodyFeature;
  #text = '';
  hasEnded = false;

  constructor(context: HttpContext) {
    this.#context = context;
    this.#inner = context.features.require(HttpResponseBodyFeature);
  }

  start(): void {}

  write(content: Uint8Array | string): boolean {
    this.#text += Buffer.from(content as string).toString();
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  end(content: Uint8Array | string = ''): void {
    if (this.hasEnded) return;
    this.write(content);
    this.hasEnded = true;
    this.#context.features.require(HttpResponseFeature).waitFor(this.#sendLater());
  }

  discard(): void {
    this.#text = '';
    this.hasEnded = false;
  }

  async #sendLater(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => void setImmediate(resolve));
    if (this.hasEnded) this.#inner.end(this.#text.toUpperCase());
  }
}

const inCapitals: Middleware = (context, next) => {
  context.features.set(HttpResponseBodyFeature, new LateCapitals(context));
  return next(context);
};

const encoder = new TextEncoder();

everyHost((host) => {
  it('a body in front gets the content of the handler, and may send it after the handler has returned', async () => {
    const { client, applicationErrors } = await host.serve([inCapitals], ({ request }) => ({
      body:
        request.path === '/whole'
          ? 'whole'
          : (async function* () {
              yield encoder.encode('piece ');
              yield encoder.encode('by piece');
            })(),
    }));
    expect((await client.get('/whole')).text).toBe('WHOLE');
    expect((await client.get('/pieces')).text).toBe('PIECE BY PIECE');
    expect(applicationErrors).toEqual([]);
  });

  it('a response that is left open is ended through the body in front', async () => {
    const { client } = await host.serve([
      inCapitals,
      async ({ response }) => {
        await response.write('left open');
      },
    ]);
    expect((await client.get('/')).text).toBe('LEFT OPEN');
  });

  it('drops content before an error, and writes the error response through the wrapping body', async () => {
    const { client } = await host.serve([
      inCapitals,
      ({ response }) => {
        response.send('dropped');
        throw new Error('failed');
      },
    ]);
    expect(await client.get('/')).toMatchObject({ status: 500, text: '500 INTERNAL SERVER ERROR\n' });
  });

  it('clear() drops the content', async () => {
    const { client } = await host.serve([
      inCapitals,
      ({ response }) => {
        response.send('dropped');
        response.clear();
        response.send('kept');
      },
    ]);
    expect((await client.get('/')).text).toBe('KEPT');
  });

  it('a status of 400 and more without content gets the default answer', async () => {
    const { client } = await host.serve([
      inCapitals,
      ({ response }) => {
        response.statusCode = 404;
      },
    ]);
    expect(await client.get('/')).toMatchObject({ status: 404, text: '404 NOT FOUND\n' });
  });

  it('several contents that are still being sent when the client leaves: no rejection is left unhandled', async () => {
    const unhandled = vi.fn<() => void>();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    const over = vi.fn<() => void>();
    const { client } = await host.serve([
      async (context) => {
        const { response, signal } = context;
        response.onCompleted(over);
        const gone = new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
        gone.catch(() => {});
        for (let sent = 0; sent < 2; sent++) context.features.require(HttpResponseFeature).waitFor(gone);
        await response.write('started');
        await gone;
      },
    ]);
    const { leave } = await client.open();
    leave();
    await until(() => over.mock.calls.length === 1);
    await turns(3);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
