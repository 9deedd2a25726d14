import type { HttpContext } from '@windhover/http';
import { childLogger } from './child-logger.ts';
import { hostServices } from '../services/host-services.ts';
import type { Logger } from './logger.ts';
import { servicesOf } from '../services/service-provider.ts';

/** Key under which a request's logger is stored. */
const ownKey = Symbol('request logger');

/**
 * The host's logger with `requestId` and `connectionId` in each entry. It is created when a handler first asks for it,
 * so requests without log entries cost nothing.
 *
 * @throws FeatureMissingError the request does not come from a host
 */
export const requestLogger = (context: HttpContext): Logger => {
  let logger = context.items.get(ownKey) as Logger | undefined;
  if (logger === undefined) {
    const scope = { connectionId: context.connection.connectionId, requestId: context.traceIdentifier };
    logger = childLogger(servicesOf(context).get(hostServices.logger), scope);
    context.items.set(ownKey, logger);
  }
  return logger;
};
