export { type AllowedHostProblem, AllowedHosts } from './allowed-hosts.ts';
export type { BindingAddress } from './binding-address.ts';
export {
  type AnyTarget,
  type BindingTarget,
  type IPTarget,
  type LocalhostTarget,
  type PipeTarget,
  type UnixTarget,
  bindingTarget,
} from './binding-target.ts';
export { AddressError, type AddressErrorCode, type AddressErrorDetails, addressErrors } from './errors.ts';
export { clientNetwork } from './client-network.ts';
export { formatBindingAddress } from './format-binding-address.ts';
export { canonicalIPAddress } from './ip-address.ts';
export { parseBindingAddress } from './parse-binding-address.ts';
export { parseBindingAddresses } from './parse-binding-addresses.ts';
export { type BoundDetails, publishedAddress } from './published-address.ts';
export { sameBindingAddress } from './same-binding-address.ts';
export { type SourceEndpoint, TrustedSources } from './trusted-sources.ts';
