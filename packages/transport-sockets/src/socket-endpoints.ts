import { isIP } from 'node:net';
import type { IPEndpoint } from '@windhover/connections';

const mappedPrefix = '::ffff:';

/** An IPv4 client of a dual-stack listener shows as what it is: `::ffff:10.0.0.1` becomes `10.0.0.1`. */
const withoutMapping = (address: string): string => {
  if (!address.startsWith(mappedPrefix)) return address;
  const rest = address.slice(mappedPrefix.length);
  return isIP(rest) === 4 ? rest : address;
};

/** The endpoint of what a socket reports; `undefined` when it no longer knows, because it is closed. */
export const ipEndpoint = (address: string | undefined, port: number | undefined): IPEndpoint | undefined =>
  address === undefined || port === undefined ? undefined : { kind: 'ip', address: withoutMapping(address), port };
