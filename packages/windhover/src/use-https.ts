import type { HttpsOptions, UseHttps } from '@windhover/tls';
import { tlsPackage } from './lazy-packages.ts';

/**
 * As `useHttps` of `@windhover/tls`, which is loaded by the first call: importing `windhover` loads no TLS.
 *
 * @throws RangeError when an option is out of its range
 * @throws TlsError from the function that it returns
 */
export function useHttps(pfx: string, password?: string): UseHttps;
export function useHttps(options: HttpsOptions): UseHttps;
export function useHttps(given: string | HttpsOptions, password?: string): UseHttps {
  const { useHttps: use } = tlsPackage();
  return typeof given === 'string' ? use(given, password) : use(given);
}
