export { type Clock, systemClock } from './clock.ts';
export { ServerError, type ServerErrorCode, serverErrors } from './errors.ts';
export { type ConfigureEndPoint, ListenOptions, type ListenTarget } from './listen-options.ts';
export { ServerAddressesFeature } from './server-addresses-feature.ts';
export type { ServerEvents, ServerOptions } from './server-options.ts';
export { WindhoverServer, defaultAddress } from './windhover-server.ts';
