import type { ListenOptions } from 'node:net';
import { type Endpoint, TransportError, formatEndpoint } from '@windhover/connections';
import { checkDescriptor } from './inherited-descriptor.ts';
import { namedPipePath } from './named-pipe-path.ts';
import { net } from './node-builtins.ts';
import { checkPath } from './unix-socket-path.ts';

const isWindows = process.platform === 'win32';

/** Whether `node:net` can listen on an endpoint of this kind on this platform. On Windows it cannot use descriptors. */
export const canListen = (endpoint: Endpoint): boolean => {
  switch (endpoint.kind) {
    case 'ip':
      return net.isIP(endpoint.address) !== 0;
    case 'unix':
    case 'handle':
      return !isWindows;
    case 'pipe':
      return isWindows;
    default:
      return false;
  }
};

const unsupported = (endpoint: Endpoint): TransportError =>
  new TransportError('TRANSPORT_ENDPOINT_NOT_SUPPORTED', formatEndpoint(endpoint), {
    detail:
      'Sockets listen on numeric IP addresses; on Windows on named pipes; ' +
      'elsewhere on unix sockets and inherited descriptors',
  });

/**
 * The options of `net.Server.listen` for an endpoint.
 *
 * @throws TransportError for an endpoint of an unsupported kind, and for an invalid path, name or descriptor
 */
export const listenOptions = (endpoint: Endpoint): ListenOptions => {
  if (!canListen(endpoint)) throw unsupported(endpoint);
  switch (endpoint.kind) {
    case 'ip':
      return { host: endpoint.address, port: endpoint.port, ipv6Only: endpoint.ipv6Only ?? false };
    case 'unix':
      checkPath(endpoint.path, endpoint);
      return { path: endpoint.path };
    case 'pipe':
      return { path: namedPipePath(endpoint.name) };
    case 'handle':
      checkDescriptor(endpoint.fd, endpoint);
      return { fd: endpoint.fd } as ListenOptions; // documented, but not in the types
    default:
      throw unsupported(endpoint);
  }
};
