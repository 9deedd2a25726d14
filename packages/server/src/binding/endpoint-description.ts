import { type BindingAddress, bindingTarget, parseBindingAddress, parseBindingAddresses } from '@windhover/addresses';
import type { SocketOptions } from '@windhover/connections';
import type { EndpointLimitOptions } from '../server-limits.ts';
import type { ConfigureEndpoint } from './listen-options.ts';
import { type ListenTarget, checkedTarget, formatListenTarget } from './listen-target.ts';

/**
 * One endpoint as described by an address, the settings or code: everything that a server needs to listen on it.
 * A description binds and reads nothing.
 */
export interface EndpointDescription {
  readonly target: ListenTarget;
  /**
   * Whether the address begins with `https`. The server then adds TLS with its option `useHttps`, unless `configure`
   * has added it. Default false; `configure` may add TLS in any case.
   */
  readonly isHttps?: boolean;
  /** Default the target as text, e.g. `localhost:5000`. */
  readonly name?: string | undefined;
  /** ALPN names, in order of preference. Default all protocols of the server. */
  readonly protocols?: readonly string[] | undefined;
  /** Options of the listening socket. */
  readonly socket?: SocketOptions;
  /** Limits of this endpoint, in addition to the server's limits. */
  readonly limits?: EndpointLimitOptions;
  /** Called with the options of the endpoint, after all other members were applied and before it listens. */
  readonly configure?: ConfigureEndpoint | undefined;
}

/** Where a server listens by default. Source: Kestrel `Constants.DefaultServerAddress` */
export const defaultAddress = 'http://localhost:5000';

/**
 * Describes the endpoint of one address or target.
 *
 * @param target an address such as `https://localhost:5001`, or a listen target
 * @throws AddressError
 * @throws ServerError `SERVER_PORT_INVALID`
 */
export const describeEndpoint = (target: ListenTarget | string, configure?: ConfigureEndpoint): EndpointDescription => {
  if (typeof target !== 'string') return { target: checkedTarget(target), configure };
  return { ...describeAddress(parseBindingAddress(target)), configure };
};

/**
 * Describes the endpoints of addresses.
 *
 * @param addresses each an address, or several separated by `;`
 * @throws AddressError
 */
export const describeAddresses = (addresses: readonly string[]): EndpointDescription[] =>
  addresses.flatMap(parseBindingAddresses).map(describeAddress);

/** @throws AddressError */
const describeAddress = (address: BindingAddress): EndpointDescription => ({
  target: bindingTarget(address),
  isHttps: address.scheme.toLowerCase() === 'https',
});

/** The endpoint in a message, e.g. `https://localhost:5001`; without a scheme if `isHttps` is false. */
export const formatDescription = ({ target, isHttps = false }: EndpointDescription): string =>
  `${isHttps ? 'https://' : ''}${formatListenTarget(target)}`;
