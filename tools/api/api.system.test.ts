import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('main.ts', import.meta.url));

// Uses the built packages: build before testing.
it('the API report of every package is up to date; otherwise review the change and run `npm run api`', () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, '--check'], { encoding: 'utf8' });
  expect(stdout + stderr).toBe('');
  expect(status).toBe(0);
});
