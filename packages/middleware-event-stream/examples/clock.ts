import { eventStream } from '@windhover/middleware-event-stream';
import { createHostBuilder } from 'windhover';

const host = createHostBuilder()
  .useUrls('http://127.0.0.1:0')
  .configure((app) => {
    app.run(async (context) => {
      const stream = eventStream(context);
      await stream.send({ event: 'greeting', id: '1', data: { hello: 'there', after: stream.lastEventId } });
      await stream.send({ data: 'two\nlines', retry: 1000 });
      return stream.closed; // until the client leaves or the host stops
    });
  })
  .build();
await host.start();

const answer = await fetch(host.addresses[0]!, { headers: { 'last-event-id': '0' } });
const stopped = host.stop(); // ends the stream, and does not wait for the client
for (const line of (await answer.text()).split(/\n+/)) if (line !== '') console.log(line);
await stopped;
// event: greeting
// id: 1
// data: {"hello":"there","after":"0"}
// retry: 1000
// data: two
// data: lines
