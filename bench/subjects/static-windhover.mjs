// Static files of this project: every request compares the cached file with the file on disk.
import { ApplicationBuilder } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { staticFiles } from '@windhover/middleware-static-files';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';
import { staticFolder } from '../lib/support/static-folder.mjs';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
const app = new ApplicationBuilder(server.features);
app.use(staticFiles(staticFolder()));
app.run(({ response }) => response.send('Hello, World!'));
server.listen({ kind: 'ip', address: '127.0.0.1', port: Number(process.env.PORT) });
await server.start(app.toApplication());
