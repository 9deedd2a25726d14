import type { IPEndpoint } from '@windhover/connections';
import { net } from './node-builtins.ts';

const mappedPrefix = '::ffff:';

/** The plain IPv4 address of an IPv4 client of a dual-stack listener: `::ffff:10.0.0.1` becomes `10.0.0.1`. */
const withoutMapping = (address: string): string => {
  if (!address.startsWith(mappedPrefix)) return address;
  const rest = address.slice(mappedPrefix.length);
  return net.isIP(rest) === 4 ? rest : address;
};

/** The endpoint for an address that a socket reports; `undefined` if the socket is closed and reports none. */
export const ipEndpoint = (address: string | undefined, port: number | undefined): IPEndpoint | undefined =>
  address === undefined || port === undefined ? undefined : { kind: 'ip', address: withoutMapping(address), port };
