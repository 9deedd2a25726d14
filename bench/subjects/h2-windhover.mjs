// The bare server over cleartext HTTP/2, beside HTTP/1.1 on the same port.
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { application } from '../lib/support/http2-application.mjs';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1(), http2()] });
server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) });
await server.start(application);
