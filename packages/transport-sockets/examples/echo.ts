import { ConnectionEndpointFeature } from '@windhover/connections';
import { SocketTransport, connectSocket } from '@windhover/transport-sockets';

const transport = new SocketTransport({ backlog: 1024 });

const listener = await transport.bind({ kind: 'ip', address: '127.0.0.1', port: 0 }, (connection) =>
  connection.start({
    received: (bytes) => void connection.write(bytes),
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  }),
);

const client = await connectSocket(listener.endpoint);
console.log(client.features.require(ConnectionEndpointFeature).localEndpoint?.kind);
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
// ip
// hello
// the other side has ended
