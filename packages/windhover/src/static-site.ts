import type { ApplicationBuilder } from '@windhover/http';
import { compression } from '@windhover/middleware-compression';
import { staticFiles } from '@windhover/middleware-static-files';
import type { StaticCommandLine } from './static-command.ts';

/** Adds the middleware of `windhover static`. */
export const useStaticSite = (
  app: ApplicationBuilder,
  { folder, listing, fallback, immutable }: Pick<StaticCommandLine, 'folder' | 'listing' | 'fallback' | 'immutable'>,
): void => {
  // Static files contain no secrets next to request text, so compression over https reveals nothing.
  app.use(compression({ enableForHttps: true }));
  app.use(
    staticFiles(folder, {
      listing,
      fallback,
      precompressed: true,
      ...(immutable !== undefined && { immutable: (path: string) => path.startsWith(immutable) }),
    }),
  );
};
