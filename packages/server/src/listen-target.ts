import type { AnyTarget, LocalhostTarget } from '@windhover/addresses';
import { type EndPoint, formatEndPoint } from '@windhover/connections';
import { ServerError } from './errors.ts';

/** What to listen on: an end point, both loopback addresses, or every interface. */
export type ListenTarget = EndPoint | LocalhostTarget | AnyTarget;

/** A target as one readable string: `localhost:5000`, `*:80`, `127.0.0.1:80`, `unix:/run/app.sock`. */
export const formatListenTarget = (target: ListenTarget): string => {
  switch (target.kind) {
    case 'localhost':
      return `${target.host}:${target.port}`;
    case 'any':
      return `*:${target.port}`;
    default:
      return formatEndPoint(target);
  }
};

const highestPort = 65_535;

/**
 * The target, if its port can be one.
 *
 * @throws ServerError `SERVER_PORT_INVALID`
 */
export const checkedTarget = (target: ListenTarget): ListenTarget => {
  if (target.kind !== 'ip' && target.kind !== 'localhost' && target.kind !== 'any') return target;
  const { port } = target;
  if (Number.isInteger(port) && port >= 0 && port <= highestPort) return target;
  throw new ServerError('SERVER_PORT_INVALID', formatListenTarget(target));
};
