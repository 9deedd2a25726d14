// Lets a process load the sources of the packages, as tests do: `node --import <this file> program`. Versions of Node.js
// that cannot strip types load the build.
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

const packages = new URL('../../packages/', import.meta.url);

module.registerHooks?.({
  resolve: (specifier, context, next) => {
    const name = process.features.typescript
      ? /^(?:@windhover\/([a-z0-9-]+)|(windhover))$/.exec(specifier)?.slice(1).join('')
      : undefined;
    if (name === undefined) return next(specifier, context);
    const source = new URL(`${name}/src/index.ts`, packages);
    // `require` resolves paths only, `import` resolves URLs.
    return next(context.conditions.includes('require') ? fileURLToPath(source) : source.href, context);
  },
});
