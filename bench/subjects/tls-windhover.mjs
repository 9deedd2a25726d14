// The bare server over TLS: an application directly on the features.
import { HttpRequestFeature, HttpResponseBodyFeature, HttpResponseFeature } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { downloadPath } from '../lib/load/heads.mjs';
import { testCertificate } from '../lib/support/test-certificate.mjs';

const download = Buffer.alloc(4 * 1024 * 1024, 'x');

const application = {
  createContext: (features) => features,
  processRequest: (features) => {
    features.get(HttpResponseFeature).headers.set('content-type', 'text/plain');
    const isDownload = features.get(HttpRequestFeature).rawTarget === downloadPath;
    features.get(HttpResponseBodyFeature).end(isDownload ? download : 'Hello, World!');
  },
  disposeContext: () => {},
};

const { cert, key } = testCertificate();
const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
const endpoint = { kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) };
server.listen(endpoint, useHttps({ certificate: cert, key }));
await server.start(application);
