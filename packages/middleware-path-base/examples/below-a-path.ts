import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { pathBase } from '@windhover/middleware-path-base';
import { connectionPair } from '@windhover/transport-memory';

const app = new ApplicationBuilder(new Features())
  .use(pathBase('/shop'))
  .run(({ request, response }) => response.send(`path base "${request.pathBase}", path "${request.path}"\n`));

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
        .match(/^path.*/gm)
        ?.forEach((line) => console.log(line)),
    drained: () => undefined,
    ended: () => undefined,
    closed: () => closed(),
  });
  for (const path of ['/shop/cart', '/Shop', '/shopping']) client.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  client.end();
});
// path base "/shop", path "/cart"
// path base "/Shop", path ""
// path base "", path "/shopping"
