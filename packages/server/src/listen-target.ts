import type { AnyTarget, LocalhostTarget } from '@windhover/addresses';
import { type EndPoint, formatEndPoint } from '@windhover/connections';

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
