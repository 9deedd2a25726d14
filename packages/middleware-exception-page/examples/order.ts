import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { exceptionPage, sendProblem } from '@windhover/middleware-exception-page';
import { connectionPair } from '@windhover/transport-memory';

const app = new ApplicationBuilder(new Features())
  .use(exceptionPage({ onError: (error) => console.log('log:', String(error)) }))
  .run((context) => {
    if (context.request.path === '/orders/7') throw new Error('no connection to db-3.internal');
    sendProblem(context, { status: 404, detail: 'there is no such order' });
  });

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
        .match(/^HTTP.*|"title":"[^"]*"|"detail":"[^"]*"/gm)
        ?.forEach((part) => console.log(part.trim())),
    drained: () => undefined,
    ended: () => undefined,
    closed: () => closed(),
  });
  for (const order of ['7', '8']) client.write(`GET /orders/${order} HTTP/1.1\r\nHost: a\r\n\r\n`);
  client.end();
});
// log: Error: no connection to db-3.internal
// HTTP/1.1 500 Internal Server Error
// "title":"Internal Server Error"
// HTTP/1.1 404 Not Found
// "title":"Not Found"
// "detail":"there is no such order"
