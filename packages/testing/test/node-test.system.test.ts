import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Child } from '../../../tools/test-support/child.ts';
import { loadSources } from '../../../tools/test-support/load-sources.ts';

it('works in node:test, and nothing keeps the process alive', async () => {
  const file = fileURLToPath(new URL('fixtures/node-test.ts', import.meta.url));
  const child = new Child([...loadSources, '--test-reporter=tap', file]);
  expect(await child.exited).toBe(0);
  expect(child.output).toContain('# pass 2');
});
