import * as module from 'node:module';
import { vi } from 'vitest';

/** Whether Node.js loads the modules of tests, and not Vite, which defines `env`. */
const isNative = !('env' in import.meta);

let count = 0;

const importAll = async (files: readonly URL[], mark = ''): Promise<readonly object[]> =>
  Promise.all(files.map(async ({ href }) => (await import(href + mark)) as object));

/**
 * Imports source files again, with all source files that they import: the state of these modules is new, and they share
 * it. Other tests keep the modules that they have.
 */
export const importAgain = async <Modules extends readonly object[]>(...files: readonly URL[]): Promise<Modules> => {
  if (!isNative) {
    vi.resetModules();
    return (await importAll(files)) as Modules;
  }
  const mark = `?again=${++count}`;
  const hooks = module.registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      const isAgain = context.parentURL?.endsWith(mark) === true && /^file:.*\/src\/.*\.ts$/.test(found.url);
      return isAgain ? { ...found, url: found.url + mark } : found;
    },
  });
  try {
    return (await importAll(files, mark)) as Modules;
  } finally {
    hooks.deregister();
  }
};

/**
 * Lets examples import files in place of packages.
 *
 * @param files by the name of the package
 * @returns ends it
 */
export const replaceInExamples = (files: Readonly<Record<string, URL>>): Disposable => {
  if (!isNative) {
    for (const [name, { href }] of Object.entries(files)) vi.doMock(name, () => import(href) as Promise<object>);
    return { [Symbol.dispose]: () => Object.keys(files).forEach((name) => vi.doUnmock(name)) };
  }
  const hooks = module.registerHooks({
    resolve: (specifier, context, next) => {
      const isReplaced = context.parentURL?.includes('/examples/') === true && Object.hasOwn(files, specifier);
      return next(isReplaced ? files[specifier]!.href : specifier, context);
    },
  });
  return { [Symbol.dispose]: () => hooks.deregister() };
};
