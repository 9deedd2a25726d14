import { fileURLToPath } from 'node:url';

/** The root of the workspace, without a trailing slash. */
export const workspaceFolder = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Folder for everything that the bench builds and installs: certificates, Kestrel, other runtimes. Ignored by git. */
export const cacheFolder = `${workspaceFolder}/node_modules/.cache/windhover-bench`;
