import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { Router, routing } from '@windhover/middleware-routing';
import { connectionPair } from '@windhover/transport-memory';

const users = new Map([['1', 'Ada']]);

const router = new Router()
  .get('/', ({ response }) => response.send('a list of users\n'))
  .group('/users', (group) =>
    group
      .get('/:id', ({ response }, { id }) => response.send(`${id} is ${users.get(id) ?? 'nobody'}\n`))
      .put('/:id', async ({ request, response }, { id }) => {
        users.set(id, await request.text());
        response.send('stored\n');
      }),
  );

const app = new ApplicationBuilder(new Features()).use(routing(router));

const [client, served] = connectionPair(); // stands for a server and its client
const serve = http1().createHandler(pipelineApplication(app.build()), {
  limits: resolveHttpLimits(),
  serverHeader: null,
  dateHeader: false,
  wallClock: Date.now,
  events: { applicationError: console.error, badRequest: console.error },
});
await serve(served);

await new Promise<void>((closed) => {
  client.start({
    received: (bytes) =>
      String(bytes)
        .match(/^(?!con|\r).+/gm)
        ?.forEach((line) => console.log(line.trim())),
    drained: () => undefined,
    ended: () => undefined,
    closed: () => closed(),
  });
  client.write('GET /users/1 HTTP/1.1\r\nHost: a\r\n\r\n');
  client.write('PUT /users/2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGrace');
  client.write('GET /users/2 HTTP/1.1\r\nHost: a\r\n\r\n');
  client.write('POST /users/2 HTTP/1.1\r\nHost: a\r\n\r\n');
  client.end();
});
// HTTP/1.1 200 OK
// 1 is Ada
// HTTP/1.1 200 OK
// stored
// HTTP/1.1 200 OK
// 2 is Grace
// HTTP/1.1 405 Method Not Allowed
// allow: GET, PUT, HEAD, OPTIONS
