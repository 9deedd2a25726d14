import { Buffer } from 'node:buffer';
import { http1 } from '@windhover/http1';
import { pipelineApplication, resolveHttpLimits } from '@windhover/http';
import { connectionPair } from '@windhover/transport-memory';

const application = pipelineApplication(({ request, response }) => response.send(`Hello ${request.path}`));
const serve = http1().createHandler(application, {
  limits: resolveHttpLimits({}),
  serverHeader: null,
  dateHeader: false,
  wallClock: Date.now,
  events: { applicationError: console.error, badRequest: console.error },
});

const [client, server] = connectionPair();
void serve(server);
await new Promise<void>((resolve) => {
  client.start({
    received: (bytes) => console.log(Buffer.from(bytes).toString('latin1').split('\r\n').join(' | ')),
    drained: () => {},
    ended: () => client.end(),
    closed: () => resolve(),
  });
  client.write('GET /there HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
});
// HTTP/1.1 200 OK | content-type: text/plain; charset=utf-8 | connection: close | content-length: 12 |  | Hello /there
