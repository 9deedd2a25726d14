import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Tests read the sources of every package, so a change is seen without a build. */
const sources = readdirSync(at('packages')).map((folder) => ({
  find: new RegExp(`^${folder === 'windhover' ? '' : '@windhover/'}${folder}$`),
  replacement: at(`packages/${folder}/src/index.ts`),
}));

const config: ViteUserConfig = defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
    testTimeout: 60_000,
    // Many tests wait for processes: every core has one file to run.
    maxWorkers: '100%',
  },
});

export default config;
