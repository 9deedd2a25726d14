import { resolve } from 'node:path';
import { type Endpoint, type IPEndpoint, TransportError } from '@windhover/connections';
import { ServerError, type ServerErrorCode } from '../errors.ts';
import { describeAddresses } from './endpoint-description.ts';
import type { ListenOptions } from './listen-options.ts';
import { type ListenTarget, formatListenTarget } from './listen-target.ts';

/** An endpoint that listens already. */
export interface Bound {
  readonly options: ListenOptions;
  /** Listening endpoints, with real ports. */
  readonly endpoints: readonly Endpoint[];
  /** The published address. */
  readonly address: string;
}

/** Endpoints of the application that may hold an address. */
export interface Holders {
  /** Endpoints of the server that listen or have begun to. */
  readonly own: Iterable<Bound>;
  /** Endpoints in `own` that close once the new endpoint listens. */
  readonly closing: ReadonlySet<Bound>;
  /** Addresses of other processes of the application. */
  readonly siblings: readonly string[];
}

/**
 * Explains an address in use that is held by the server itself or by another process of the application: the user has
 * to change the configuration, not another program.
 *
 * @returns the error to throw instead of the transport's error
 */
export const explainedConflict = (error: unknown, options: ListenOptions, holders: Holders): unknown => {
  if (!(error instanceof TransportError) || error.code !== 'TRANSPORT_ADDRESS_IN_USE') return error;
  const requested = endpointsOf(options.target);
  const isHolder = (endpoints: readonly Endpoint[]): boolean =>
    requested.some((one) => endpoints.some((two) => overlap(one, two)));
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

/** The endpoints of a published address; empty for text that is not an address, e.g. of a memory transport. */
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

/** Different paths may name one file; the name of an abstract socket is not a path. */
const fileOf = (path: string): string => (path.startsWith('\0') ? path : resolve(path));

const addressesOverlap = (one: IPEndpoint, two: IPEndpoint): boolean =>
  one.address === two.address || takes(one, two) || takes(two, one);

/** Whether a wildcard includes the other address: `::` covers both families, unless it is IPv6 only. */
const takes = (wildcard: IPEndpoint, { address }: IPEndpoint): boolean => {
  const isIPv6 = address.includes(':');
  if (wildcard.address === '0.0.0.0') return !isIPv6;
  return wildcard.address === '::' && (isIPv6 || wildcard.ipv6Only !== true);
};
