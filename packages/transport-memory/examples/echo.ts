import { MemoryTransport } from '@windhover/transport-memory';

const transport = new MemoryTransport();

const listener = await transport.bind({ kind: 'memory', name: 'echo' }, (connection) =>
  connection.start({
    received: (bytes) => void connection.write(bytes),
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  }),
);

const client = transport.connect(listener.endpoint);
await new Promise<void>((closed) => {
  client.start({
    received: (bytes) => console.log(String(bytes)),
    drained: () => undefined,
    ended: () => console.log('the other side has ended'),
    closed: () => closed(),
  });
  client.write('hello');
  client.end();
});
await listener.unbind();
// hello
// the other side has ended
