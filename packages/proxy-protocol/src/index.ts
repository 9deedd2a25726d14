export {
  ProxyProtocolError,
  type ProxyProtocolErrorCode,
  type ProxyProtocolErrorSpec,
  proxyProtocolErrors,
} from './errors.ts';
export { type ParsedProxyHeader, ProxyHeaderParser } from './header-parser.ts';
export { type ProxyProtocolOptions, type ResolvedProxyProtocolOptions, proxyProtocolDefaults } from './options.ts';
export type { ProxiedEndpoints, ProxyHeader } from './proxy-header.ts';
export { proxyProtocol } from './proxy-protocol.ts';
export { ProxyProtocolFeature } from './proxy-protocol-feature.ts';
export type { ProxySsl, ProxyTlvs, RawTlv } from './proxy-tlvs.ts';
