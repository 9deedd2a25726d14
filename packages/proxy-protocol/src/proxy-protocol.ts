import { TrustedSources } from '@windhover/addresses';
import {
  type ConnectionDelegate,
  ConnectionEndpointFeature,
  type ConnectionMiddleware,
  type Endpoint,
} from '@windhover/connections';
import { ProxyProtocolError } from './errors.ts';
import { HeaderReceiver, refuse } from './header-receiver.ts';
import {
  type ProxyProtocolOptions,
  type ResolvedProxyProtocolOptions,
  resolveProxyProtocolOptions,
} from './options.ts';

/**
 * Connection middleware that reads the header that a proxy sends before the bytes of its client, so that later layers
 * see the endpoints of the client. Add it first, below TLS: the header is not encrypted.
 *
 * Only the address of a connection decides whether it may send a header, never its bytes. A refused connection is
 * aborted with a `ProxyProtocolError`. The timeout requires a server with a heartbeat.
 *
 * @throws TypeError if an option is unknown, or has a wrong type
 * @throws RangeError if an option is out of its range, or a trusted source is invalid
 *
 * Source: PROXY protocol specification of HAProxy, versions 1 and 2.
 */
export const proxyProtocol = (given: ProxyProtocolOptions): ConnectionMiddleware => {
  const options = resolveProxyProtocolOptions(given);
  const isTrusted = trustIn(options.trustedSources);
  if (options.mode === 'off') return (next) => next;
  return (next): ConnectionDelegate =>
    (connection) => {
      const remote = connection.features.get(ConnectionEndpointFeature)?.remoteEndpoint;
      if (isTrusted(remote)) new HeaderReceiver(connection, next, options).run();
      else if (options.untrusted === 'pass') return next(connection);
      else refuse(connection, new ProxyProtocolError('PROXY_PROTOCOL_SOURCE_UNTRUSTED'));
    };
};

/** @throws RangeError for an invalid entry */
const trustIn = (
  sources: ResolvedProxyProtocolOptions['trustedSources'],
): ((remote: Endpoint | undefined) => boolean) => {
  if (sources === 'all') return () => true;
  const trusted = new TrustedSources(sources, (source) => new RangeError(unclear(source)));
  return (remote) => trusted.trusts(remote);
};

const unclear = (source: string): string =>
  `trustedSources: ${JSON.stringify(source)} is not an address, a network such as 10.0.0.0/8, loopback, private, unix, pipe or memory.`;
