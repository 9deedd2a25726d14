import { withDefaults } from '@windhover/connections';
import type { HttpsOptions, UseHttps } from '@windhover/tls';
import { tlsPackage } from './lazy-packages.ts';
import { ownTicketKeys } from './ticket-keys.ts';

/**
 * Same as `useHttps` of `@windhover/tls`, which is loaded on the first call: importing `windhover` does not load TLS.
 * Session tickets are valid for all endpoints and all processes of `--threads`, unless the options contain keys.
 *
 * @throws RangeError when an option is out of range
 * @throws TlsError from the function that it returns
 */
export function useHttps(pfx: string, password?: string): UseHttps;
export function useHttps(options: HttpsOptions): UseHttps;
export function useHttps(given: string | HttpsOptions, password?: string): UseHttps {
  const { useHttps: use } = tlsPackage();
  const options = typeof given === 'string' ? { pfx: given, password } : given;
  const configure = use(withDefaults({ sessionTicketKeys: ownTicketKeys() }, options));
  optionsOfFunctions.set(configure, options);
  return configure;
}

const optionsOfFunctions = new WeakMap<UseHttps, HttpsOptions>();

/** The options of a function that `useHttps` returned; `undefined` for any other function. */
export const optionsOf = (configure: UseHttps): HttpsOptions | undefined => optionsOfFunctions.get(configure);
