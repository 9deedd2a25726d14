import { ApplicationBuilder } from '@windhover/http';
import { http1 } from '@windhover/http1';
import { eventStream } from '@windhover/middleware-event-stream';
import { WindhoverServer } from '@windhover/server';
import { sockets } from '@windhover/transport-sockets';

const server = new WindhoverServer({ transports: [sockets()], protocols: [http1()] });
const app = new ApplicationBuilder(server.features);
app.run(async (context) => {
  const stream = eventStream(context);
  await stream.send({ event: 'greeting', id: '1', data: { hello: 'there', after: stream.lastEventId } });
  await stream.send({ data: 'two\nlines', retry: 1000 });
  return stream.closed; // until the client leaves or the server stops
});
const endpoint = server.listen('http://127.0.0.1:0');
await server.start(app.toApplication());

const answer = await fetch(endpoint.address, { headers: { 'last-event-id': '0' } });
const stopped = server.stop(AbortSignal.timeout(5000)); // ends the stream, and does not wait for the client
for (const line of (await answer.text()).split(/\n+/)) if (line !== '') console.log(line);
await stopped;
// event: greeting
// id: 1
// data: {"hello":"there","after":"0"}
// retry: 1000
// data: two
// data: lines
