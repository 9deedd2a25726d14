import { resolve } from 'node:path';
import { type Endpoint, type IPEndpoint, TransportError } from '@windhover/connections';
import { ServerError } from '../errors.ts';
import type { ListenOptions } from './listen-options.ts';
import { type ListenTarget, formatListenTarget } from './listen-target.ts';

/** Something that listens already. */
export interface Bound {
  readonly options: ListenOptions;
  /** With real ports. */
  readonly endpoints: readonly Endpoint[];
  /** As published. */
  readonly address: string;
}

/**
 * An address in use is in use by another program, or by the server itself, which is something else to put right.
 *
 * @returns the error to throw in place of that of the transport
 */
export const explainedConflict = (error: unknown, options: ListenOptions, bound: Iterable<Bound>): unknown => {
  if (!(error instanceof TransportError) || error.code !== 'TRANSPORT_ADDRESS_IN_USE') return error;
  const asked = endpointsOf(options.target);
  for (const other of bound) {
    if (!asked.some((one) => other.endpoints.some((two) => overlap(one, two)))) continue;
    const isSameScheme = other.options.scheme === options.scheme;
    const code = isSameScheme ? 'SERVER_ADDRESS_TWICE' : 'SERVER_ADDRESS_SHARED_BY_SCHEMES';
    return new ServerError(code, `${options.scheme}://${formatListenTarget(options.target)} and ${other.address}`, {
      cause: error,
    });
  }
  return error;
};

const endpointsOf = (target: ListenTarget): Endpoint[] => {
  if (target.kind === 'any') return [{ kind: 'ip', address: '::', port: target.port }];
  if (target.kind !== 'localhost') return [target];
  return ['127.0.0.1', '::1'].map((address) => ({ kind: 'ip', address, port: target.port }));
};

const overlap = (one: Endpoint, two: Endpoint): boolean => {
  switch (one.kind) {
    case 'ip':
      return two.kind === 'ip' && one.port === two.port && addressesOverlap(one, two);
    case 'unix':
      return two.kind === 'unix' && fileOf(one.path) === fileOf(two.path);
    case 'pipe':
      return two.kind === 'pipe' && one.name.toLowerCase() === two.name.toLowerCase();
    case 'memory':
      return two.kind === 'memory' && one.name === two.name;
    default:
      return false;
  }
};

/** A file has many paths, and an abstract name is none of them. */
const fileOf = (path: string): string => (path.startsWith('\0') ? path : resolve(path));

const addressesOverlap = (one: IPEndpoint, two: IPEndpoint): boolean =>
  one.address === two.address || takes(one, two) || takes(two, one);

/** Whether a wildcard is the other address as well: `::` is every address of both families, unless it stays off IPv4. */
const takes = (wildcard: IPEndpoint, { address }: IPEndpoint): boolean => {
  const isIPv6 = address.includes(':');
  if (wildcard.address === '0.0.0.0') return !isIPv6;
  return wildcard.address === '::' && (isIPv6 || wildcard.ipv6Only !== true);
};
