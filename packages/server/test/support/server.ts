import type { HttpApplication, HttpContext, RequestDelegate } from '@windhover/http';
import { pipelineApplication } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { ServerAddressesFeature, type ServerOptions, WindhoverServer } from '../../src/index.ts';
import { SocketClient } from './client.ts';

/** A server of a test, with the events it reported. */
export interface TestServer {
  readonly server: WindhoverServer;
  readonly warnings: string[];
  /** Messages reported as information. */
  readonly notices: string[];
  readonly applicationErrors: unknown[];
}

const running: WindhoverServer[] = [];

/** Creates a server that is stopped after the test. By default over sockets, with HTTP/1.1. */
export const makeServer = (options: Partial<ServerOptions> = {}): TestServer => {
  const warnings: string[] = [];
  const notices: string[] = [];
  const applicationErrors: unknown[] = [];
  const server = new WindhoverServer({
    transports: [sockets()],
    protocols: [http1()],
    events: {
      warning: (message) => void warnings.push(message),
      information: (message) => void notices.push(message),
      applicationError: (error) => void applicationErrors.push(error),
    },
    ...options,
  });
  running.push(server);
  return { server, warnings, notices, applicationErrors };
};

/** For `afterEach`: resets connections that the tests left open. */
export const stopServers = async (): Promise<void> => {
  const servers = running.splice(0);
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
};

export const application = (handler: RequestDelegate): HttpApplication<HttpContext> => pipelineApplication(handler);

/** Answers every request with its target. */
export const echoTarget: HttpApplication<HttpContext> = application(({ request, response }) =>
  response.send(request.target),
);

export const addressesOf = (server: WindhoverServer): readonly string[] =>
  server.features.require(ServerAddressesFeature).addresses;

/** Adds addresses before the start. */
export const addAddresses = (server: WindhoverServer, ...addresses: string[]): void => {
  for (const address of addresses) server.features.require(ServerAddressesFeature).add(address);
};

export const portOf = (server: WindhoverServer, index = 0): number => Number(new URL(addressesOf(server)[index]!).port);

/** A client of the server's first address, over IPv4. */
export const clientOf = (server: WindhoverServer): Promise<SocketClient> =>
  SocketClient.open({ host: '127.0.0.1', port: portOf(server) });

/** A started server on a free port of 127.0.0.1. */
export const startOnLoopback = async (
  app: HttpApplication<HttpContext>,
  options: Partial<ServerOptions> = {},
): Promise<TestServer> => {
  const made = makeServer(options);
  made.server.listen({ kind: 'ip', address: '127.0.0.1', port: 0 });
  await made.server.start(app);
  return made;
};
