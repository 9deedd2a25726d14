import { afterEach, describe, expect, it, vi } from 'vitest';
import { replaceInExamples } from '../../../tools/test-support/module-loading.ts';
import { runExample } from '../../../tools/test-support/run-example.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const node = new URL('support/on-node.ts', import.meta.url);

const files = [
  'express.ts',
  'express-middleware.ts',
  'fastify.ts',
  'koa.ts',
  'nest.ts',
  'socket-io.ts',
  'trpc.ts',
  'vite.ts',
  'yoga.mjs',
];

describe.each([
  ['Windhover', {}],
  ['node:http', { windhover: node, '@windhover/app-node': node }],
])('frameworks with a (req, res) handler, on %s', (_server, replaced) => {
  it.each(files)('%s answers as it says', async (file) => {
    using _replaced = replaceInExamples(replaced);
    const { logged, expected } = await runExample(new URL(`../examples/${file}`, import.meta.url));
    expect(logged).toEqual(expected);
  });
});

describe('gRPC, which needs HTTP/2 beside HTTP/1.1 on one port', () => {
  it('connect.mjs answers as it says', async () => {
    const { logged, expected } = await runExample(new URL('../examples/connect.mjs', import.meta.url));
    expect(logged).toEqual(expected.slice(1));
  });
});
