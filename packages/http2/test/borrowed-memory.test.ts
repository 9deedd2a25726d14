import { Buffer } from 'node:buffer';
import { type HttpContext, HttpUpgradeFeature } from '@windhover/http';
import { describe, expect, it } from 'vitest';
import { frames } from './support/frames.ts';
import { echo, serve } from './support/serve.ts';

const post = '[:method=POST] [:scheme=http] [:authority=a] [:path=/upload]';
const latin1 = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString('latin1');

/** DATA frames with a small piece and a large one, which are queued in different ways. */
const small = 'small';
const large = 'x'.repeat(3000);

describe('memory that a connection only borrows', () => {
  it('a request kept by its handler has its own head after later requests', async () => {
    const kept: HttpContext[] = [];
    const served = serve((context) => {
      kept.push(context);
      context.response.send('');
    });
    for (const id of [1, 3, 5]) {
      served.send(
        `HEADERS END_HEADERS,END_STREAM ${id}: [:method=GET] [:scheme=http] [:authority=a] [:path=/${id}] [x-a=value-${id}]`,
      );
    }
    await served.settled();
    expect(kept.map(({ request }) => [request.target, request.headers.get('x-a')])).toEqual([
      ['/1', 'value-1'],
      ['/3', 'value-3'],
      ['/5', 'value-5'],
    ]);
  });

  it.each([
    ['a waiting handler', true],
    ['a handler that reads later', false],
  ])('%s: pieces of content have memory of their own', async (_title, isWaiting) => {
    const kept: Uint8Array[] = [];
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const served = serve(async ({ request, response }) => {
      if (!isWaiting) await begun;
      for await (const piece of request.body) kept.push(piece);
      response.send('');
    });
    served.send(`HEADERS END_HEADERS 1: ${post}`);
    if (isWaiting) await served.settled();
    for (const content of [small, large, small]) {
      served.send(`DATA 1: "${content}"`);
      if (isWaiting) await served.settled();
    }
    served.send('DATA END_STREAM 1: "end"');
    begin();
    await served.settled();
    served.send(`HEADERS END_HEADERS,END_STREAM 3: ${post}`);
    await served.settled();
    expect(latin1(kept)).toBe(`${small}${large}${small}end`);
    for (const piece of kept) expect(Buffer.from(piece.buffer).includes(0xaa)).toBe(false);
  });

  it('bytes of a tunnel belong to its receiver', async () => {
    const kept: Uint8Array[] = [];
    const served = serve(({ features }) => {
      features
        .require(HttpUpgradeFeature)
        .upgrade()
        .start({
          received: (bytes) => void kept.push(bytes),
          drained: () => undefined,
          ended: () => undefined,
          closed: () => undefined,
        });
    });
    served.send('HEADERS END_HEADERS 1: [:method=CONNECT] [:authority=b:1]');
    await served.settled();
    for (const content of [small, large]) served.send(`DATA 1: "${content}"`);
    await served.settled();
    expect(latin1(kept)).toBe(small + large);
  });

  it('frames cut at every byte are answered', async () => {
    const bytes = frames(`HEADERS END_HEADERS 1: ${post}\nDATA END_STREAM 1: "content"`);
    for (let cut = 1; cut < bytes.length; cut++) {
      const served = serve(echo);
      served.sendBytes(bytes.subarray(0, cut));
      served.sendBytes(bytes.subarray(cut));
      expect(await served.settled()).toEqual(['HEADERS 1 :status=200 content-length=7', 'DATA 1 "content" end']);
    }
  });
});
