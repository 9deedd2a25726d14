// The bare server with more than one route.
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { featureRoutes } from '../lib/support/feature-routes.mjs';

const limits = { maxRequestBodySize: null };
const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()], limits });
server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) });
await server.start(featureRoutes);
