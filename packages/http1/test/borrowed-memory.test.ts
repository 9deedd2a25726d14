import { Buffer } from 'node:buffer';
import { LayeredConnection, type Receiver } from '@windhover/connections';
import { type HttpContext, HttpUpgradeFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { usedMemory } from '../../../tools/test-support/used-memory.ts';
import { type Harness, chunked, get, post, serve, settled } from './support/exchange-harness.ts';

/** What a handler can read of a request without its content. */
const headOf = ({ request }: HttpContext): unknown => ({
  method: request.method,
  target: request.target,
  path: request.path,
  a: request.headers.get('x-a'),
  all: request.headers.getAll('x-a'),
  fields: [...request.headers],
  lines: request.headers.lines(),
});

const latin1 = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('latin1');

describe('memory that a connection only borrows', () => {
  it('a request kept by its handler has its own head, after its response and requests of other connections', () => {
    const kept: HttpContext[] = [];
    const handler = (context: HttpContext): void => {
      kept.push(context);
      context.response.send('');
    };
    const connections = [serve(handler), serve(handler)];
    for (const number of [1, 2, 3]) {
      for (const [index, { receive }] of connections.entries()) {
        const value = `${index}-${number}`;
        receive(
          get(`/${value}?q=1`, `X-A: ${value}\r\nx-a: second\r\n`) + get(`/next/${value}`, `X-A: next ${value}\r\n`),
        );
      }
    }
    const read = kept.map(headOf);
    expect(read).toHaveLength(12);
    for (const [at, head] of read.entries()) {
      const value = `${Math.floor(at / 2) % 2}-${Math.floor(at / 4) + 1}`;
      const isNext = at % 2 === 1;
      const lines = isNext ? ['X-A', `next ${value}`] : ['X-A', value, 'x-a', 'second'];
      expect(head).toMatchObject({
        method: 'GET',
        target: isNext ? `/next/${value}` : `/${value}?q=1`,
        all: isNext ? [`next ${value}`] : [value, 'second'],
        lines: ['Host', 'a', ...lines],
      });
    }
    expect(kept.toReversed().map(headOf)).toEqual(read.toReversed());
  });

  it.each([
    ['Content-Length', post('0123456789')],
    ['chunked', chunked('3\r\n012\r\n4;x=y\r\n3456\r\n3\r\n789\r\n0\r\nX-T: trailer\r\n\r\n')],
  ])('%s: pieces of content have memory of their own, cut anywhere', async (name, request) => {
    const whole = request + get('/next');
    for (let cut = 1; cut < whole.length; cut++) {
      const pieces: Uint8Array[] = [];
      let trailer: string | undefined;
      const harness = serve(async ({ request, response }) => {
        for await (const piece of request.body) pieces.push(piece);
        trailer ??= request.trailers?.get('x-t');
        response.send('');
      });
      harness.receive(whole.slice(0, cut));
      await settled();
      harness.receive(whole.slice(cut));
      await settled();
      expect(latin1(pieces)).toBe('0123456789');
      expect(Math.max(...pieces.map(({ buffer }) => buffer.byteLength))).toBeLessThanOrEqual(512);
      expect(trailer).toBe(name === 'chunked' ? 'trailer' : undefined);
      expect(harness.sent().match(/200 OK/g)).toHaveLength(2);
    }
  });

  it('content that the handler reads later waits in memory of its own', async () => {
    const mayRead = deferred();
    const harness = serve(async ({ request, response }) => {
      await mayRead.promise;
      response.send(await request.bytes());
    });
    harness.receive(post('0123456789').slice(0, -4));
    harness.receive('6789');
    mayRead.resolve();
    await settled();
    expect(harness.sent()).toMatch(/\r\n\r\n0123456789$/);
  });

  it('pipelined requests that wait for an earlier one keep their own heads', async () => {
    const mayAnswer = deferred();
    const targets: string[] = [];
    const harness = serve(async ({ request, response }) => {
      await mayAnswer.promise;
      targets.push(request.target);
      response.send('');
    });
    harness.receive(get('/1') + get('/2') + get('/3').slice(0, 9));
    harness.receive(get('/3').slice(9) + get('/4'));
    mayAnswer.resolve();
    await settled();
    expect(targets).toEqual(['/1', '/2', '/3', '/4']);
  });

  it('requests of several connections that wait at the same time are unchanged, with memory of their own', async () => {
    const mayAnswer = deferred();
    const answered: string[] = [];
    const pieces: Uint8Array[] = [];
    const connections = ['a', 'b', 'c'].map((name) => ({
      name,
      harness: serve(async ({ request, response }) => {
        await mayAnswer.promise;
        const content: Uint8Array[] = [];
        for await (const piece of request.body) content.push(piece);
        pieces.push(...content);
        answered.push(`${name} ${request.target} ${latin1(content)}`);
        response.send('');
      }),
    }));
    for (const { name, harness } of connections) {
      const content = name.repeat(20);
      const whole = get('/1') + post(content) + get('/3') + get('/4');
      const cut = whole.indexOf(content) + 10;
      harness.receive(whole.slice(0, cut));
      harness.receive(whole.slice(cut));
    }
    mayAnswer.resolve();
    await settled();
    for (const { name } of connections) {
      const targets = answered.filter((line) => line.startsWith(name));
      expect(targets).toEqual([`${name} /1 `, `${name} / ${name.repeat(20)}`, `${name} /3 `, `${name} /4 `]);
    }
    for (const { buffer } of pieces) expect(buffer.byteLength).toBeLessThanOrEqual(512);
  });

  it.each(['an upgrade', 'CONNECT'])('%s: bytes after the request are unchanged, cut anywhere', async (kind) => {
    const head =
      kind === 'CONNECT'
        ? 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'
        : get('/', 'Connection: Upgrade\r\nUpgrade: echo\r\n');
    const whole = `${head}0123456789`;
    for (let cut = 1; cut < whole.length; cut++) {
      const chunks: Uint8Array[] = [];
      const receiver: Receiver = {
        received: (bytes) => void chunks.push(bytes),
        drained() {},
        ended() {},
        closed() {},
      };
      const harness = serve(({ features }) => features.require(HttpUpgradeFeature).upgrade('echo').start(receiver));
      harness.receive(whole.slice(0, cut));
      await settled();
      harness.receive(whole.slice(cut));
      await settled();
      expect(latin1(chunks)).toBe('0123456789');
    }
  });

  it('given-back bytes come first, then borrowed ones', async () => {
    const targets: string[] = [];
    const harness = serve(
      ({ request, response }) => {
        targets.push(request.target);
        response.send('');
      },
      {
        layer: (below) => {
          const connection = new LayeredConnection(below);
          connection.unread(Buffer.from(get('/1').slice(0, 7)));
          return connection;
        },
      },
    );
    await settled();
    harness.receive(get('/1').slice(7) + get('/2'));
    harness.receive(get('/3'));
    expect(targets).toEqual(['/1', '/2', '/3']);
  });

  it('1,000 requests that wait, each at the end of a read of 64 KiB, do not hold these reads', async () => {
    const answered = get('/', `X-A: ${'a'.repeat(4000)}\r\n`);
    const read = answered.repeat(15) + get('/').repeat(60) + get('/wait');
    const waiting: Harness[] = [];
    const serveOne = (): Harness =>
      serve(({ request, response }) => (request.path === '/wait' ? new Promise<void>(() => {}) : response.send('')));
    const receiveAll = async (count: number): Promise<void> => {
      for (let left = count; left > 0; left--) {
        const harness = serveOne();
        harness.receive(read);
        await settled();
        harness.connection.sentChunks.length = 0;
        waiting.push(harness);
      }
    };
    await receiveAll(10);
    const before = usedMemory();
    await receiveAll(1000);
    const each = (usedMemory() - before) / 1000;
    const idle = Array.from({ length: 1000 }, serveOne);
    const ofConnection = (usedMemory() - before) / 1000 - each;
    expect(idle).toHaveLength(1000);
    // About 5 KiB, and the noise of a heap that other tests share.
    expect(each - ofConnection).toBeLessThan(32 * 1024);
    expect(waiting).toHaveLength(1010);
  });
});
