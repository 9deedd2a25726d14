import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Child } from '../test-support/child.ts';
import { loadSources } from '../test-support/load-sources.ts';
import { testSeed } from '../test-support/test-seed.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('a supervisor ignores made-up messages of its workers, and serves, reloads and stops as usual', async () => {
  const program = [at('worker-messages.mjs'), JSON.stringify({ seed: testSeed, messages: 5000 })];
  await using child = new Child([...loadSources, ...program]);
  await child.waitFor(/addresses \["http:\/\/worker"\], umask as before/);
  await child.waitFor(/reloaded/);
  child.kill('SIGTERM');
  expect(await child.exited).toBe(0);
});
