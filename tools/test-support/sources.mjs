// Lets a child process load the sources of the packages, as tests do: `node --import <this file> program`. Versions of
// Node.js that cannot strip types load the build.
import * as module from 'node:module';

const packages = new URL('../../packages/', import.meta.url);

module.registerHooks?.({
  resolve: (specifier, context, next) => {
    const name = process.features.typescript
      ? /^(?:@windhover\/([a-z0-9-]+)|(windhover))$/.exec(specifier)?.slice(1).join('')
      : undefined;
    return next(name === undefined ? specifier : new URL(`${name}/src/index.ts`, packages).href, context);
  },
});
