import { AllowedHosts } from '@windhover/addresses';
import { ForwardedHeadersError } from './errors.ts';

/** Reads a host that may be used as it is; `undefined` for any other text. */
export type ReadHost = (text: string) => string | undefined;

/** A port has one to five digits where it is written: the text becomes the Host field of the request. */
const plainPort = /^(?:\[[^\]]*\]|[^:]*)(?::\d{1,5})?$/;

/**
 * Reads host names of a proxy, those of the hosts that are allowed. Ports are not compared.
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
