import { AutoRouter } from 'itty-router';
import { serve } from 'windhover';

const router = AutoRouter();
router.get('/users/:id', ({ params }) => ({ id: params.id }));
/* oxlint-disable-next-line oxc/no-async-endpoint-handlers -- not a router of Express */
router.post('/notes', async (request) => Response.json(await request.json(), { status: 201 }));

const host = await serve(router, { urls: 'http://127.0.0.1:0' });
const [address] = host.addresses;

console.log(await (await fetch(`${address}/users/7`)).text());
const note = await fetch(`${address}/notes`, { method: 'POST', body: '{"a":1}' });
console.log(note.status, await note.text());
console.log((await fetch(`${address}/nowhere`)).status);
await host.stop();
// {"id":"7"}
// 201 {"a":1}
// 404
