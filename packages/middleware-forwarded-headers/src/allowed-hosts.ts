import { AllowedHosts } from '@windhover/addresses';
import { ForwardedHeadersError } from './errors.ts';

/** Returns a host that may be used unchanged; `undefined` for any other text. */
export type ReadHost = (text: string) => string | undefined;

/** A port must have one to five digits, because the text becomes the Host field of the request. */
const plainPort = /^(?:\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/;

/**
 * Makes a reader of host names from proxies that accepts only allowed hosts. Ports are not compared.
 *
 * @throws ForwardedHeadersError `FORWARDED_HEADERS_HOST_INVALID`
 */
export const readAllowedHosts = (allowedHosts: readonly string[]): ReadHost => {
  const hosts = new AllowedHosts(
    allowedHosts,
    (pattern) => new ForwardedHeadersError('FORWARDED_HEADERS_HOST_INVALID', pattern),
  );
  return (text) => (plainPort.test(text) && hosts.allows(text) ? text : undefined);
};
