import { fileURLToPath } from 'node:url';

/**
 * Arguments of Node.js with which a child process loads TypeScript, and the sources of the packages. Before Node.js 22.18
 * types are stripped only on request, and the packages come from their builds.
 */
export const loadSources: readonly string[] = [
  ...(process.features.typescript ? [] : ['--experimental-strip-types', '--no-warnings']),
  '--import',
  fileURLToPath(new URL('sources.mjs', import.meta.url)),
];
