import { formatEndpoint } from '@windhover/connections';
import { Features } from '@windhover/features';
import { ApplicationBuilder, pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { forwardedHeaders } from '@windhover/middleware-forwarded-headers';
import { connectionPair } from '@windhover/transport-memory';

const app = new ApplicationBuilder(new Features())
  .use(forwardedHeaders({ trustedProxies: ['memory'] })) // with a proxy on a unix socket: ['unix']
  .run(({ connection, request, response }) =>
    response.send(`${formatEndpoint(connection.remoteEndpoint!)} asks for ${request.displayUrl}\n`),
  );

const [proxy, served] = connectionPair(); // stands for a server and the proxy in front of it
const serve = http1().createHandler(pipelineApplication(app.build()), {
  limits: resolveHttpLimits(),
  serverHeader: null,
  dateHeader: false,
  wallClock: Date.now,
  events: { applicationError: console.error, badRequest: console.error },
});
await serve(served);

await new Promise<void>((closed) => {
  proxy.start({
    received: (bytes) =>
      String(bytes)
        .match(/^.* asks for .*/gm)
        ?.forEach((line) => console.log(line)),
    drained: () => undefined,
    ended: () => undefined,
    closed: () => closed(),
  });
  const request = 'GET /report HTTP/1.1\r\nHost: example.com\r\n';
  proxy.write(`${request}X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n\r\n`);
  proxy.write(`${request}X-Forwarded-For: 10.0.0.1, 203.0.113.7\r\n\r\n`); // the client has sent 10.0.0.1
  proxy.end();
});
// 203.0.113.7:0 asks for https://example.com/report
// 203.0.113.7:0 asks for http://example.com/report
