import { relative } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { constantBindings } from './constant-bindings.ts';
import { joinChunks } from './join-chunks.ts';

/**
 * The one build of every package: ESM, declarations, source maps. Workspace and npm dependencies stay imports.
 *
 * @param entry entry points relative to the package, by default its single `src/index.ts`
 */
export const packageBuild = (entry: string[] = ['src/index.ts']): ReturnType<typeof defineConfig> => {
  const options: Options = {
    entry,
    format: ['esm'],
    target: 'node22',
    platform: 'node',
    // Keeps specifiers as written: `node:buffer` is a builtin for every runtime and bundler, `buffer` is a package for
    // some.
    removeNodeProtocol: false,
    // Other packages of the workspace are resolved as published, not from their sources.
    dts: { compilerOptions: { paths: {} } },
    sourcemap: true,
    clean: true,
    plugins: [constantBindings(), joinChunks(entry.map((path) => relative('src', path).replace(/\.ts$/, '')))],
    outExtension: () => ({ js: '.js' }),
  };
  return defineConfig(options);
};
