import { createServer } from '@windhover/app-node';
import fastify from 'fastify';

const app = fastify({ serverFactory: (handler) => createServer(handler) as never });
const params = { type: 'object', properties: { id: { type: 'integer' } } };
app.get('/users/:id', { schema: { params } }, (request) => request.params);
app.post('/notes', async (request, reply) => {
  await reply.code(201).send({ received: request.body });
});

const address = await app.listen({ port: 0, host: '127.0.0.1' });
console.log(await (await fetch(`${address}/users/7`)).text());
console.log((await fetch(`${address}/users/seven`)).status);
const json = { 'content-type': 'application/json' };
const note = await fetch(`${address}/notes`, { method: 'POST', body: '{"a":1}', headers: json });
console.log(note.status, await note.text());
await app.close();
// {"id":7}
// 400
// 201 {"received":{"a":1}}
