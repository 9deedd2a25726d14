import { ReadinessFeature, createBuilder } from 'windhover';

const builder = await createBuilder();

// The sockets that systemd has opened; none where it has not started the process.
builder.useServer((server) => void server.listenSystemd());

const app = builder.build();

app.get('/', ({ request, response }) => response.send(`Hello from ${request.host}\n`));

// Alive: the event loop turns. Ready: requests are welcome, which ends as soon as the host is to stop.
app.get('/live', ({ response }) => response.send('alive\n'));
app.get('/ready', ({ response }) => {
  const { isReady } = app.features.require(ReadinessFeature);
  response.statusCode = isReady ? 200 : 503;
  response.send(isReady ? 'ready\n' : 'stopping\n');
});

export default app;
