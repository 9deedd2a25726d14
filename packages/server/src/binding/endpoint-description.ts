import { type BindingAddress, bindingTarget, parseBindingAddress, parseBindingAddresses } from '@windhover/addresses';
import type { SocketOptions } from '@windhover/connections';
import type { EndpointLimits } from '../server-limits.ts';
import type { ConfigureEndpoint } from './listen-options.ts';
import { type ListenTarget, checkedTarget, formatListenTarget } from './listen-target.ts';

/**
 * One endpoint as an address, the settings or the program describe it: everything that a server needs to listen there.
 * Nothing is bound or read for it.
 */
export interface EndpointDescription {
  readonly target: ListenTarget;
  /**
   * Whether the address begins with `https`: the server adds TLS with its option `https`, unless `configure` has added
   * it. Default false; `configure` may add TLS in any case.
   */
  readonly isHttps?: boolean;
  /** Default the target as text, e.g. `localhost:5000`. */
  readonly name?: string | undefined;
  /** ALPN names, the preferred one first. Default all protocols of the server. */
  readonly protocols?: readonly string[] | undefined;
  /** How its listening socket is made. */
  readonly socket?: SocketOptions;
  /** Limits of this endpoint alone. */
  readonly limits?: Partial<EndpointLimits>;
  /** Called with the options of the endpoint when all of the above is in them, before the endpoint listens. */
  readonly configure?: ConfigureEndpoint | undefined;
}

/** Where a server listens by default. Source: Kestrel `Constants.DefaultServerAddress` */
export const defaultAddress = 'http://localhost:5000';

/**
 * Describes the endpoint of one address, or of a target that is no address.
 *
 * @param target an address such as `https://localhost:5001`, or where to listen
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
 * @param addresses each an address, or a list of them with `;` between
 * @throws AddressError
 */
export const describeAddresses = (addresses: readonly string[]): EndpointDescription[] =>
  addresses.flatMap(parseBindingAddresses).map(describeAddress);

/** @throws AddressError */
const describeAddress = (address: BindingAddress): EndpointDescription => ({
  target: bindingTarget(address),
  isHttps: address.scheme.toLowerCase() === 'https',
});

/** The endpoint in a message: `https://localhost:5001`; without a scheme where none was asked for. */
export const formatDescription = ({ target, isHttps = false }: EndpointDescription): string =>
  `${isHttps ? 'https://' : ''}${formatListenTarget(target)}`;
