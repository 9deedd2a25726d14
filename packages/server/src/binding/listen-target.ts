import type { AnyTarget, LocalhostTarget } from '@windhover/addresses';
import { type Endpoint, formatEndpoint } from '@windhover/connections';
import { ServerError } from '../errors.ts';

/** Where to listen: an endpoint, both loopback addresses, or every interface. */
export type ListenTarget = Endpoint | LocalhostTarget | AnyTarget;

/** A target as one readable string: `localhost:5000`, `*:80`, `127.0.0.1:80`, `unix:/run/app.sock`. */
export const formatListenTarget = (target: ListenTarget): string => {
  switch (target.kind) {
    case 'localhost':
      return `${target.host}:${target.port}`;
    case 'any':
      return `*:${target.port}`;
    default:
      return formatEndpoint(target);
  }
};

const highestPort = 65_535;

/**
 * Returns the target if its port is valid.
 *
 * @throws ServerError `SERVER_PORT_INVALID`
 */
export const checkedTarget = (target: ListenTarget): ListenTarget => {
  if (target.kind !== 'ip' && target.kind !== 'localhost' && target.kind !== 'any') return target;
  const { port } = target;
  if (Number.isInteger(port) && port >= 0 && port <= highestPort) return target;
  throw new ServerError('SERVER_PORT_INVALID', formatListenTarget(target));
};
