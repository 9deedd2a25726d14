// Express on Node's own server with more than one route.
import { createServer } from 'node:http';
import express from 'express';
import { nodeRoutes } from '../lib/support/node-routes.mjs';
import { greeting, jsonAnswer, paths } from '../lib/support/work.mjs';

const app = express();
app.disable('x-powered-by');
app.get('/', (_request, response) => {
  response.set('server', 'windhover').type('text/plain').send(greeting);
});
app.get(paths.json, (request, response) => {
  response.set('server', 'windhover').json(jsonAnswer(request.query.id));
});
app.post(paths.echo, express.raw({ type: () => true }), (request, response) => {
  response.set('server', 'windhover').type('text/plain').send(request.body);
});
// Express has no feature for these.
app.use(nodeRoutes);
const server = createServer({ keepAliveTimeout: 300_000, requestTimeout: 0 }, app);
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 1024 });
