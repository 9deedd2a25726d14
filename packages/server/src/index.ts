export { type Clock, systemClock } from './lifetime/clock.ts';
export { ServerError, type ServerErrorCode, serverErrors } from './errors.ts';
export {
  type ConnectionCounters,
  ConnectionCountersFeature,
  type RejectionReason,
} from './connections/connection-counters.ts';
export { type ConfigureEndpoint, ListenOptions } from './binding/listen-options.ts';
export type { ListenTarget } from './binding/listen-target.ts';
export { ServerAddressesFeature } from '@windhover/http';
export { ServerEndpoint } from './binding/server-endpoint.ts';
export {
  type ConnectionLimits,
  type EndpointLimitOptions,
  type ServerLimitOptions,
  type ServerLimits,
  resolveServerLimits,
  serverLimitDefaults,
} from './server-limits.ts';
export { type ServerEvents, type ServerOptions, serverDefaults } from './server-options.ts';
export {
  type EndpointDescription,
  defaultAddress,
  describeAddresses,
  describeEndpoint,
} from './binding/endpoint-description.ts';
export { ListenMethods } from './binding/listen-methods.ts';
export { type EndpointChanges, WindhoverServer } from './windhover-server.ts';
