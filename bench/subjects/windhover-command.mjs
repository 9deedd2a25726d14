// The command, as in `windhover command-app.mjs`.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const manifest = createRequire(import.meta.url).resolve('windhover/package.json');
process.argv.push(fileURLToPath(new URL('../lib/support/command-app.mjs', import.meta.url)));
await import(new URL('dist/cli.js', `file://${manifest}`).href);
