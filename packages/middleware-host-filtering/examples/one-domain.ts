import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { hostFiltering } from '@windhover/middleware-host-filtering';
import { connectionPair } from '@windhover/transport-memory';

const app = new ApplicationBuilder(new Features())
  .use(hostFiltering({ allowedHosts: ['example.com', '*.example.com'] }))
  .run(({ request, response }) => response.send(`Welcome to ${request.host}`));

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
        .match(/^HTTP.*|^Wel.*|^This.*/gm)
        ?.forEach((line) => console.log(line.trim())),
    drained: () => undefined,
    ended: () => undefined,
    closed: () => closed(),
  });
  client.write('GET / HTTP/1.1\r\nHost: www.example.com:8080\r\n\r\n');
  client.write('GET / HTTP/1.1\r\nHost: rebound.example.net\r\n\r\n');
  client.end();
});
// HTTP/1.1 200 OK
// Welcome to www.example.com:8080
// HTTP/1.1 400 Bad Request
// This host is not served here.
