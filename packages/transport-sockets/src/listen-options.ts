import { type ListenOptions, isIP } from 'node:net';
import { type EndPoint, TransportError, formatEndPoint } from '@windhover/connections';
import { checkDescriptor } from './inherited-descriptor.ts';
import { namedPipePath } from './named-pipe-path.ts';
import { checkPath } from './unix-socket-path.ts';

const isWindows = process.platform === 'win32';

/** Whether `node:net` can listen on such an end point here. It takes no descriptors on Windows. */
export const canListen = (endPoint: EndPoint): boolean => {
  switch (endPoint.kind) {
    case 'ip':
      return isIP(endPoint.address) !== 0;
    case 'unix':
    case 'handle':
      return !isWindows;
    case 'pipe':
      return isWindows;
    default:
      return false;
  }
};

const unsupported = (endPoint: EndPoint): TransportError =>
  new TransportError('TRANSPORT_END_POINT_NOT_SUPPORTED', formatEndPoint(endPoint), {
    detail:
      'Sockets listen on IP addresses in numbers; on Windows on named pipes; ' +
      'elsewhere on unix sockets and inherited descriptors',
  });

/**
 * What `net.Server.listen` takes for an end point.
 *
 * @throws TransportError for one that it cannot listen on, and for a path, a name or a descriptor that is wrong
 */
export const listenOptions = (endPoint: EndPoint): ListenOptions => {
  if (!canListen(endPoint)) throw unsupported(endPoint);
  switch (endPoint.kind) {
    case 'ip':
      return { host: endPoint.address, port: endPoint.port, ipv6Only: endPoint.ipv6Only ?? false };
    case 'unix':
      checkPath(endPoint.path, endPoint);
      return { path: endPoint.path };
    case 'pipe':
      return { path: namedPipePath(endPoint.name) };
    case 'handle':
      checkDescriptor(endPoint.fd, endPoint);
      return { fd: endPoint.fd } as ListenOptions; // documented, but not in the types
    default:
      throw unsupported(endPoint);
  }
};
