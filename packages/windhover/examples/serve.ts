import { serve } from 'windhover';

const host = await serve(({ request, response }) => response.json({ hello: request.path }), {
  urls: 'http://localhost:0',
});
const answer = await fetch(`${host.addresses[0]}/world`);
console.log(await answer.text());
await host.stop();
// {"hello":"/world"}
