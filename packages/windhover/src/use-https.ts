import type { HttpsOptions, UseHttps } from '@windhover/tls';
import { tlsPackage } from './lazy-packages.ts';
import { ownTicketKeys } from './ticket-keys.ts';

/**
 * As `useHttps` of `@windhover/tls`, which is loaded by the first call: importing `windhover` loads no TLS. Session tickets are
 * good for all endpoints, and in all processes of `--threads`, unless the options have keys of their own.
 *
 * @throws RangeError when an option is out of its range
 * @throws TlsError from the function that it returns
 */
export function useHttps(pfx: string, password?: string): UseHttps;
export function useHttps(options: HttpsOptions): UseHttps;
export function useHttps(given: string | HttpsOptions, password?: string): UseHttps {
  const { useHttps: use } = tlsPackage();
  const options = typeof given === 'string' ? { pfx: given, password } : given;
  const configure = use({ sessionTicketKeys: ownTicketKeys(), ...options });
  optionsOfFunctions.set(configure, options);
  return configure;
}

const optionsOfFunctions = new WeakMap<UseHttps, HttpsOptions>();

/** The options of a function that `useHttps` has returned; `undefined` for any other function. */
export const optionsOf = (configure: UseHttps): HttpsOptions | undefined => optionsOfFunctions.get(configure);
