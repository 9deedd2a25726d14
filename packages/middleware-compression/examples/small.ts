import { ApplicationBuilder } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { compression } from '@windhover/middleware-compression';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
const app = new ApplicationBuilder(server.features).use(compression());
app.run(({ response }) => response.send('All work and no play makes Jack a dull boy.\n'.repeat(1000)));
const endpoint = server.listen('http://127.0.0.1:0');
await server.start(app.toApplication());

const answer = await fetch(endpoint.address, { headers: { 'accept-encoding': 'br;q=0.9, gzip' } });
console.log(answer.headers.get('content-encoding'), answer.headers.get('vary'));
// gzip accept-encoding
console.log((await answer.text()).length);
// 44000

await server.stop(AbortSignal.timeout(5000));
