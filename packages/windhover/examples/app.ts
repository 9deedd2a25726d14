import { createBuilder, serviceKey, servicesOf } from 'windhover';

const greeting = serviceKey<string>('greeting');

const builder = await createBuilder(process.argv.slice(2));
builder.services.add(greeting, () => 'Good evening');
const app = builder.useUrls('http://localhost:0').build();

app.use((context, next) => {
  context.response.headers.set('x-frame-options', 'DENY');
  return next(context);
});
app.get('/hello/:name', (context, { name }) => {
  context.response.send(`${servicesOf(context).get(greeting)}, ${name}`);
});

await app.start(); // a server calls `await app.run()` instead of the following lines
const answer = await fetch(`${app.addresses[0]}/hello/Ada`);
console.log(answer.status, await answer.text());
await app.stop();
// 200 Good evening, Ada
