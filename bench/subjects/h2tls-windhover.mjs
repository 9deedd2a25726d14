// The bare server over TLS, which serves HTTP/2 and HTTP/1.1: the client chooses.
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { WindhoverServer } from '@windhover/server';
import { useHttps } from '@windhover/tls';
import { sockets } from '@windhover/transport-sockets';
import { application } from '../lib/support/http2-application.mjs';
import { testCertificate } from '../lib/support/test-certificate.mjs';

const { cert, key } = testCertificate();
const limits = { maxRequestBodySize: null };
const server = new WindhoverServer({ transports: [sockets()], protocols: [http1(), http2()], limits });
const endpoint = { kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) };
server.listen(endpoint, useHttps({ certificate: cert, key }));
await server.start(application);
