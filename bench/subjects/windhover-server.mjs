// The bare server: an application directly on the features, without hosting, pipeline or HttpContext.
import { HttpResponseBodyFeature, HttpResponseFeature } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';

const application = {
  createContext: (features) => features,
  processRequest: (features) => {
    features.get(HttpResponseFeature).headers.set('content-type', 'text/plain');
    features.get(HttpResponseBodyFeature).end('Hello, World!');
  },
  disposeContext: () => {},
};

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) });
await server.start(application);
