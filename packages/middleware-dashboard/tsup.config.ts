import { cp } from 'node:fs/promises';
import type { Options } from 'tsup';
import { packageBuild } from '../../tools/tsup/preset.ts';

/** The page is shipped as it is. */
const copyPage: Options['onSuccess'] = () => cp('src/page', 'dist/page', { recursive: true });

const config: Options = { ...(packageBuild() as Options), onSuccess: copyPage };

export default config;
