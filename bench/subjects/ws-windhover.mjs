// WebSockets on the bare server, directly on the features: no hosting, no pipeline.
import { HttpRequestFeature, HttpResponseBodyFeature, HttpResponseFeature } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { acceptWebSocket } from '@windhover/websockets';
import { serveWebSocket } from '../lib/support/ws-application.mjs';

const application = {
  createContext: (features) => features,
  processRequest: (features) => {
    const { headers, rawTarget } = features.get(HttpRequestFeature);
    if (!headers.has('upgrade')) {
      features.get(HttpResponseFeature).headers.set('content-type', 'text/plain');
      features.get(HttpResponseBodyFeature).end('Hello, World!');
      return;
    }
    const socket = acceptWebSocket({ features });
    if (socket !== undefined) serveWebSocket(socket, rawTarget);
  },
  disposeContext: () => {},
};

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) });
await server.start(application);
