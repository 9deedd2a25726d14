import {
  type BindingAddress,
  bindingTarget,
  formatBindingAddress,
  parseBindingAddress,
  parseBindingAddresses,
} from '@windhover/addresses';
import type { ConnectionBuilder } from '@windhover/connections';
import { ServerError } from '../errors.ts';
import { type ConfigureEndpoint, type ListenOptions, configureEndpoint } from './listen-options.ts';
import { type ListenTarget, checkedTarget } from './listen-target.ts';

/** What is to be bound: nothing of it is configured before. */
export interface PlannedEndpoint {
  readonly target: ListenTarget;
  readonly configure: ConfigureEndpoint | undefined;
}

/** Adds TLS to what listens on an address that begins with `https`; `undefined` where nobody can. */
export type ConfigureHttps = ((endpoint: ConnectionBuilder) => void) | undefined;

/** Where a server listens when nothing was said. Source: Kestrel `Constants.DefaultServerAddress` */
export const defaultAddress = 'http://localhost:5000';

/**
 * What a list of addresses asks for; the default where it is empty.
 *
 * @throws AddressError
 */
export const planAddresses = (list: string, https: ConfigureHttps): PlannedEndpoint[] => {
  const addresses = parseBindingAddresses(list);
  if (addresses.length === 0) return planAddresses(defaultAddress, https);
  return addresses.map((address) => planAddress(address, https));
};

/**
 * What one address, or another target, asks for.
 *
 * @throws AddressError; ServerError `SERVER_PORT_INVALID`
 */
export const planEndpoint = (
  target: ListenTarget | string,
  configure: ConfigureEndpoint | undefined,
  https: ConfigureHttps,
): PlannedEndpoint => {
  if (typeof target !== 'string') return { target: checkedTarget(target), configure };
  const planned = planAddress(parseBindingAddress(target), https);
  const configureBoth = (options: ListenOptions): void => {
    configureEndpoint(options, configure);
    planned.configure?.(options);
  };
  return { target: planned.target, configure: configureBoth };
};

const planAddress = (address: BindingAddress, https: ConfigureHttps): PlannedEndpoint => {
  const target = bindingTarget(address);
  if (address.scheme.toLowerCase() !== 'https') return { target, configure: undefined };
  return { target, configure: (options) => addTls(options, https, address) };
};

/** What listens on an address with https has TLS already, or gets it. */
const addTls = (options: ListenOptions, https: ConfigureHttps, address: BindingAddress): void => {
  if (!options.isTls) https?.(options);
  if (!options.isTls) throw new ServerError('SERVER_TLS_NOT_CONFIGURED', formatBindingAddress(address));
};
