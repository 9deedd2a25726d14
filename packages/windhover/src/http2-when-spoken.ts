import type { ConnectionDelegate } from '@windhover/connections';
import type { HttpProtocol } from '@windhover/http';

/**
 * HTTP/2 whose package is loaded for the first connection that speaks it. Loading takes about a tenth of the start of a host,
 * and most servers receive HTTP/1.1 only. The connection is not started before the package is loaded, so no byte is lost.
 */
export const http2WhenSpoken: HttpProtocol = {
  alpn: 'h2',
  isNegotiatedOnly: true,
  createHandler: (application, services) =>
    whenNeeded(async () => (await loadHttp2()).createHandler(application, services)),
  createRefuser: (services) => whenNeeded(async () => (await loadHttp2()).createRefuser!(services)),
};

const loadHttp2 = async (): Promise<HttpProtocol> => (await import('@windhover/http2')).http2();

/** A delegate that is made for its first connection. Connections that arrive while it is made wait for it. */
const whenNeeded = (make: () => Promise<ConnectionDelegate>): ConnectionDelegate => {
  let making: Promise<ConnectionDelegate> | undefined;
  let made: ConnectionDelegate | undefined;
  return (connection) => {
    if (made !== undefined) return made(connection);
    making ??= make().then((delegate) => (made = delegate));
    return making.then((delegate) => delegate(connection));
  };
};
