import { resolve } from 'node:path';
import { type Endpoint, type IPEndpoint, TransportError } from '@windhover/connections';
import { ServerError, type ServerErrorCode } from '../errors.ts';
import { describeAddresses } from './endpoint-description.ts';
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

/** What may hold an address beside other programs. */
export interface Holders {
  /** The endpoints of the server that listen or have begun to. */
  readonly own: Iterable<Bound>;
  /** Those of them that are to close when the new endpoint listens. */
  readonly closing: ReadonlySet<Bound>;
  /** Addresses of other processes of the application. */
  readonly siblings: readonly string[];
}

/**
 * Explains an address in use that the server itself, or another process of the application, holds: the user has to change
 * the configuration then, not another program.
 *
 * @returns the error to throw in place of the error of the transport
 */
export const explainedConflict = (error: unknown, options: ListenOptions, holders: Holders): unknown => {
  if (!(error instanceof TransportError) || error.code !== 'TRANSPORT_ADDRESS_IN_USE') return error;
  const asked = endpointsOf(options.target);
  const isHolder = (endpoints: readonly Endpoint[]): boolean =>
    asked.some((one) => endpoints.some((two) => overlap(one, two)));
  const explained = (code: ServerErrorCode, holder: string): ServerError =>
    new ServerError(code, `${options.scheme}://${formatListenTarget(options.target)} and ${holder}`, { cause: error });
  for (const other of holders.own) {
    if (!isHolder(other.endpoints)) continue;
    const isSameScheme = other.options.scheme === options.scheme;
    return explained(holders.closing.has(other) ? 'SERVER_ADDRESS_HELD' : sharedCode(isSameScheme), other.address);
  }
  const sibling = holders.siblings.find((address) => isHolder(publishedEndpoints(address)));
  return sibling === undefined ? error : explained('SERVER_ADDRESS_HELD_BY_SIBLING', sibling);
};

/** The endpoints behind a published address; none where it is no address, e.g. of a memory transport. */
const publishedEndpoints = (address: string): Endpoint[] => {
  try {
    return describeAddresses([address]).flatMap(({ target }) => endpointsOf(target));
  } catch {
    return [];
  }
};

const sharedCode = (isSameScheme: boolean): ServerErrorCode =>
  isSameScheme ? 'SERVER_ADDRESS_TWICE' : 'SERVER_ADDRESS_SHARED_BY_SCHEMES';

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
