import type * as DevCerts from '@windhover/dev-certs';
import type * as Tls from '@windhover/tls';
import { CommandError } from './command-error.ts';

// Loaded synchronously on first use, because endpoints are configured synchronously.
const load = (name: string): unknown => process.getBuiltinModule('node:module').createRequire(import.meta.url)(name);

export const tlsPackage = (): typeof Tls => load('@windhover/tls') as typeof Tls;

/** Advice if the package for development certificates is not installed; production does not need it. */
const devCertsAdvice =
  'development certificates need the package @windhover/dev-certs: npm install --save-dev @windhover/dev-certs';

/**
 * Loads the package for development certificates, an optional peer dependency.
 *
 * @param loadPackage for tests
 * @throws CommandError it is not installed; the message says how to install it
 */
export const devCertsPackage = (loadPackage: (name: string) => unknown = load): typeof DevCerts => {
  try {
    return loadPackage('@windhover/dev-certs') as typeof DevCerts;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    if (isMissing && error.message.includes('@windhover/dev-certs')) throw new CommandError(`${devCertsAdvice}.`);
    throw error;
  }
};
