import type { BindingAddress } from './binding-address.ts';

/**
 * Whether two addresses are the same: scheme and host without case, everything else exactly. Different
 * addresses may still conflict when they are bound: `http://*:80` and `http://localhost:80`.
 *
 * Source: Kestrel `BindingAddress.Equals`.
 */
export const sameBindingAddress = (a: BindingAddress, b: BindingAddress): boolean =>
  a.scheme.toLowerCase() === b.scheme.toLowerCase() &&
  a.host.toLowerCase() === b.host.toLowerCase() &&
  a.port === b.port &&
  a.pathBase === b.pathBase &&
  a.unixPath === b.unixPath &&
  a.pipeName === b.pipeName;
