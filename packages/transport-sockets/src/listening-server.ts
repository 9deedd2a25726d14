import type { Server } from 'node:net';
import type { Endpoint, Transport } from '@windhover/connections';
import { AcceptWatch } from './accept-watch.ts';
import { SocketListener, keepEarlySockets } from './socket-listener.ts';
import {
  type ResolvedSocketTransportOptions,
  acceptedSocketOptions,
  resolveSocketTransportOptions,
} from './socket-options.ts';

/**
 * A transport for one `net.Server` that listens already, or will listen: its sockets become connections. Use it where a
 * caller needs a form of `net.Server.listen` that `SocketTransport` does not have, such as a host name or a synchronous bind.
 *
 * `bind` ignores its endpoint; call it when the server listens. Sockets that the server accepts before that wait for it.
 * `unbind` closes the server.
 *
 * @param options of the accepted sockets; defaults of `SocketTransport`
 * @throws RangeError when a number is out of its range
 */
export const listeningServer = (
  server: Server,
  options: Partial<Pick<ResolvedSocketTransportOptions, 'noDelay' | 'keepAlive' | 'keepAliveInitialDelay'>> = {},
): Transport => {
  const resolved = resolveSocketTransportOptions(options);
  const early = keepEarlySockets(server);
  return {
    name: 'listening-server',
    canBind: () => true,
    bind: (_endpoint, accept, bound = {}) =>
      Promise.resolve(
        new SocketListener(server, placeholder, accept, {
          early,
          watch: new AcceptWatch({}),
          observer: bound,
          socketOptions: acceptedSocketOptions(resolved, bound),
        }),
      ),
  };
};

/** Not used: the server has an endpoint already. */
const placeholder: Endpoint = { kind: 'x-listening-server' };
