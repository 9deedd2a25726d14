// Lets a process load the sources of the packages, as tests do: `node --import <this file> program`. Versions of Node.js
// that cannot strip types load the build.
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const packages = new URL('../../packages/', import.meta.url);

/** The URL of the source of `@windhover/http2`, `@windhover/http2/codec` or `windhover`; undefined for other modules. */
const sourceOf = (specifier) => {
  const [found, scoped, entry, own] =
    /^(?:@windhover\/([a-z0-9-]+)(?:\/([a-z0-9-]+))?|(windhover))$/.exec(specifier) ?? [];
  if (found === undefined || !process.features.typescript) return undefined;
  return new URL(`${scoped ?? own}/src/${entry === undefined ? '' : `${entry}/`}index.ts`, packages);
};

module.registerHooks?.({
  resolve: (specifier, context, next) => {
    const source = sourceOf(specifier);
    if (source === undefined) return next(specifier, context);
    // `require` resolves paths only, `import` resolves URLs.
    return next(context.conditions.includes('require') ? fileURLToPath(source) : source.href, context);
  },
});
