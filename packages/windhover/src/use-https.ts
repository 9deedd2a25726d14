import { withDefaults } from '@windhover/connections';
import type { HttpsOptions, UseHttps } from '@windhover/tls';
import { tlsPackage } from './lazy-packages.ts';
import { ownTicketKeys } from './ticket-keys.ts';

/**
 * Same as `useHttps` of `@windhover/tls`, which is loaded on the first call: importing `windhover` does not load TLS.
 * Session tickets are valid for all endpoints and all processes of `--threads`, unless the options contain keys.
 *
 * @throws TypeError when an option is unknown, e.g. `cert` of Node.js, or has a wrong type
 * @throws RangeError when an option is out of range
 * @throws TlsError from the function that it returns
 */
export function useHttps(pfx: string, password?: string): UseHttps;
export function useHttps(options: HttpsOptions): UseHttps;
export function useHttps(given: string | HttpsOptions, password?: string): UseHttps {
  const { useHttps: use } = tlsPackage();
  const options = typeof given === 'string' ? { pfx: given, password } : given;
  const configure = use(isObject(options) ? withDefaults({ sessionTicketKeys: ownTicketKeys() }, options) : options);
  optionsOfFunctions.set(configure, options);
  return configure;
}

/** Other values are refused by `useHttps` of `@windhover/tls`. */
const isObject = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && !Array.isArray(given) && !ArrayBuffer.isView(given);

const optionsOfFunctions = new WeakMap<UseHttps, HttpsOptions>();

/** The options of a function that `useHttps` returned; `undefined` for any other function. */
export const optionsOf = (configure: UseHttps): HttpsOptions | undefined => optionsOfFunctions.get(configure);
