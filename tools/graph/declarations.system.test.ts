import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const compiler = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

/** Options of an application that also checks the declarations of its dependencies (`skipLibCheck` off). */
const options = '--ignoreConfig --noEmit --strict --module nodenext --target es2024 --types node'.split(' ');
const library = ['--lib', 'es2024,esnext.disposable'];

// Uses the built packages: build before testing.
it('the built declarations of every package have no type errors', () => {
  const declarations = readdirSync(`${root}packages`).map((name) => `packages/${name}/dist/index.d.ts`);
  const { stdout, status } = spawnSync(compiler, [...options, ...library, ...declarations], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
