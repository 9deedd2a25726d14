import type { HttpProtocol } from '@windhover/http';
import { type ServiceProvider, ServicesFeature } from '../services/service-provider.ts';

/**
 * The protocol, on connections that know the services of the host. Requests find them there, and nothing is stored for
 * each of them.
 */
export const hostedProtocol = (protocol: HttpProtocol, services: ServiceProvider): HttpProtocol => ({
  alpn: protocol.alpn,
  createHandler: (application, httpServices) => {
    const handle = protocol.createHandler(application, httpServices);
    return (connection) => {
      connection.features.set(ServicesFeature, services);
      return handle(connection);
    };
  },
});
