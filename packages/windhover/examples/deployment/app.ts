import { ReadinessFeature, createBuilder } from 'windhover';

const builder = await createBuilder();
const app = builder.build();

app.get('/', ({ request, response }) => response.send(`Hello from ${request.host}\n`));

// Liveness: the event loop runs. Readiness: requests are accepted; it fails as soon as the host begins to stop.
app.get('/live', ({ response }) => response.send('alive\n'));
app.get('/ready', ({ response }) => {
  const { isReady } = app.features.require(ReadinessFeature);
  response.statusCode = isReady ? 200 : 503;
  response.send(isReady ? 'ready\n' : 'not ready\n');
});

export default app;
