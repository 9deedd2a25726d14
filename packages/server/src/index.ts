export { type Clock, systemClock } from './clock.ts';
export { ServerError, type ServerErrorCode, serverErrors } from './errors.ts';
export type { ConnectionCounters, RejectionReason } from './connection-counters.ts';
export type { EndPointLimits } from './connection-limits.ts';
export { type ConfigureEndPoint, ListenOptions, type ListenTarget } from './listen-options.ts';
export { ServerAddressesFeature } from './server-addresses-feature.ts';
export type { ServerEndPoint } from './server-end-point.ts';
export type { ServerEvents, ServerOptions } from './server-options.ts';
export { WindhoverServer, defaultAddress } from './windhover-server.ts';
