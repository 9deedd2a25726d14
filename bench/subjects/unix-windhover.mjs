// The bare server over a unix socket.
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { featureRoutes } from '../lib/support/feature-routes.mjs';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
server.listen({ kind: 'unix', path: process.env.SOCKET_PATH });
await server.start(featureRoutes);
