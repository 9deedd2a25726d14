import { fileURLToPath } from 'node:url';
import { type Plugin, type ViteUserConfig, defineConfig } from 'vitest/config';
import workspace from '../../vitest.config.ts';
import { instrumented } from './instrument.ts';
import { readPlan } from './plan.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const plan = readPlan();

const mutation: Plugin = {
  name: 'mutation',
  enforce: 'pre',
  transform(text, id) {
    const file = id.startsWith(root) ? id.slice(root.length) : id;
    const mutants = plan.mutants.filter((mutant) => mutant.file === file);
    return mutants.length === 0 ? undefined : { code: instrumented(file, text, mutants), map: null };
  },
};

/** Uses one process for all files, so that the instrumented modules stay loaded. */
const config: ViteUserConfig = defineConfig({
  root,
  plugins: [mutation],
  ...(workspace.resolve && { resolve: workspace.resolve }),
  test: {
    runner: fileURLToPath(new URL('runner.ts', import.meta.url)),
    include: plan.tests.map((path) => `${path}/**/*.test.ts`),
    // These tests run code in other processes, which mutants do not reach.
    exclude: ['**/node_modules/**', 'packages/{hosting,supervisor}/**/*.system.test.ts', 'tools/**/*.system.test.ts'],
    env: { ...workspace.test?.env, TEST_PATIENCE: '3000' },
    testTimeout: 5000,
    // Cache keys do not include the plan: modules of an earlier run would be reused.
    fsModuleCache: false,
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    sequence: { shuffle: false },
    dangerouslyIgnoreUnhandledErrors: true,
  },
});

export default config;
