import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests read the sources of every package, so a change is seen without a build. */
const sources = [
  ...readdirSync(at('packages')).map((folder) => ({
    find: new RegExp(`^${folder === 'windhover' ? '' : '@windhover/'}${folder}$`),
    replacement: at(`packages/${folder}/src/index.ts`),
  })),
  { find: /^@windhover\/([\w-]+)\/([\w-]+)$/, replacement: at('packages/$1/src/$2/index.ts') },
];

/** Property tests and fuzzers begin with this number: `TEST_SEED=1 vitest run` repeats a run that has printed 1. */
const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31);
if (process.env['TEST_SEED'] === undefined) console.log(`random tests: TEST_SEED=${seed}`);

/**
 * Whether Node.js loads the sources itself, which makes calls between modules faster: from version 24 on, which strips
 * types and has `using` declarations.
 */
const isNative = Number.parseInt(process.versions.node, 10) >= 24;

const everywhere = ['packages/*/test', 'tools', 'bench'];
const filesNamed = (pattern: string): string[] => everywhere.map((folder) => `${folder}/**/${pattern}`);

const config: ViteUserConfig = defineConfig({
  resolve: { alias: sources },
  test: {
    // Longer than `tools/test-support/until.ts` waits, on a machine that is busy with other work, too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Processes that tests start compile each file once, not once for each process.
    env: { TEST_SEED: String(seed), NODE_COMPILE_CACHE: at('node_modules/.cache/compiled') },
    // Many tests wait for processes: one file more than cores.
    maxWorkers: availableParallelism() + 1,
    // Tests put back what they change outside of themselves, so files share a process and its modules.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: filesNamed('*.test.ts'),
          exclude: ['**/node_modules/**', '**/*.system.test.ts'],
          // `require` of a package, which does not go through the alias, reads its sources as well.
          execArgv: ['--import', pathToFileURL(at('tools/test-support/sources.mjs')).href],
          experimental: { viteModuleRunner: !isNative },
        },
      },
      // Tests that start processes: the command, proxies, browsers.
      { extends: true, test: { name: 'system', include: filesNamed('*.system.test.ts') } },
    ],
  },
});

export default config;
