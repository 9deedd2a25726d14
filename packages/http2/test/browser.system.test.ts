import type { HttpContext } from '@windhover/http';
import { type Browser, type Page, launch } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { findProgram } from '../../../tools/test-support/programs.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { acceptWebSocket } from '../../websockets/src/index.ts';
import { TestServer } from './support/test-server.ts';

const chromium = findProgram('chromium') ?? findProgram('google-chrome');

/** Number of requests that wait for each other: only streams of one connection allow so many. */
const parallel = 100;

class Application {
  readonly connections = new Set<string>();
  readonly protocols = new Set<string>();
  #waiting = 0;
  readonly #allWait = deferred();
  readonly #released = deferred();

  async handle(context: HttpContext): Promise<unknown> {
    const { request, response } = context;
    this.connections.add(context.connection.connectionId);
    this.protocols.add(request.protocol);
    switch (request.path) {
      case '/echo':
        return response.send(request.body);
      case '/pieces':
        return response.send(this.#pieces());
      case '/together':
        return this.#together(context);
      case '/release':
        this.#released.resolve();
        return response.send('released');
      case '/socket':
        return this.#socket(context);
      default:
        response.contentType = 'text/html';
        return response.send('<title>page</title>');
    }
  }

  async *#pieces(): AsyncGenerator<string> {
    for (const piece of ['one', 'two', 'three']) {
      yield piece;
      await turns();
    }
  }

  /** Begins its response when all requests have come, and ends it when the client has cancelled some of them. */
  async #together({ response, signal }: HttpContext): Promise<void> {
    if (++this.#waiting === parallel) this.#allWait.resolve();
    await this.#allWait.promise;
    await response.write('answ');
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await Promise.race([this.#released.promise, aborted]);
    if (!signal.aborted) response.send('ered');
  }

  async #socket(context: HttpContext): Promise<void> {
    const socket = acceptWebSocket(context);
    if (socket === undefined) return;
    const closed = new Promise((resolve) => socket.addEventListener('close', resolve));
    socket.addEventListener('message', ({ data }) => socket.send(data as string));
    await closed;
  }
}

describe.skipIf(chromium === undefined)('Chromium over TLS (skipped where there is none)', () => {
  const application = new Application();
  let server: TestServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await TestServer.start('tls', (context) => application.handle(context) as Promise<void>);
    browser = await launch({ executablePath: chromium!, args: ['--no-sandbox'], acceptInsecureCerts: true });
    page = await browser.newPage();
    await page.goto(`https://localhost:${server.port}/`);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  it('loads a page by HTTP/2', async () => {
    const [entry] = await page.evaluate(() =>
      performance
        .getEntriesByType('navigation' as 'resource')
        .map((each) => (each as PerformanceResourceTiming).nextHopProtocol),
    );
    expect([entry, await page.title()]).toEqual(['h2', 'page']);
  });

  it('reads a response while it is sent', async () => {
    const text = await page.evaluate(async () => {
      const response = await fetch('/pieces');
      let received = '';
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) received += piece;
      return received;
    });
    expect(text).toBe('onetwothree');
  });

  it('sends a body that is made while it is sent', async () => {
    const text = await page.evaluate(async () => {
      const pieces = ['up', '-', 'load'];
      const body = new ReadableStream({
        pull(controller) {
          const piece = pieces.shift();
          if (piece === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(piece));
        },
      });
      const response = await fetch('/echo', { method: 'POST', body, duplex: 'half' });
      return response.text();
    });
    expect(text).toBe('up-load');
  });

  it('cancels 40 of 100 requests that run at once; the others are answered, and the connection stays', async () => {
    const answers = await page.evaluate(async (count) => {
      const aborts = Array.from({ length: count }, () => new AbortController());
      const responses = await Promise.all(aborts.map(({ signal }, at) => fetch(`/together?${at}`, { signal })));
      for (const [at, abort] of aborts.entries()) if (at % 5 < 2) abort.abort();
      await fetch('/release');
      return Promise.all(responses.map((response) => response.text().catch((error: Error) => error.name)));
    }, parallel);
    const counts = Object.fromEntries(
      ['answered', 'AbortError'].map((text) => [text, answers.filter((answer) => answer === text).length]),
    );
    expect(counts).toEqual({ answered: 60, AbortError: 40 });
    expect(application.connections.size).toBe(1);
  });

  it('opens a WebSocket on the same connection (RFC 8441)', async () => {
    const message = await page.evaluate(
      (port) =>
        new Promise<string>((resolve, reject) => {
          const socket = new WebSocket(`wss://localhost:${port}/socket`);
          socket.addEventListener('open', () => socket.send('hello'));
          socket.addEventListener('message', ({ data }) => resolve(String(data)));
          socket.addEventListener('error', () => reject(new Error('the WebSocket failed')));
        }),
      server.port,
    );
    expect(message).toBe('hello');
    expect([application.connections.size, [...application.protocols]]).toEqual([1, ['HTTP/2']]);
  });

  it('nothing was refused, and no handler has failed', () => {
    expect([server.badRequests, server.applicationErrors]).toEqual([[], []]);
  });
});
