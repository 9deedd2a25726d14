import { buildConnectionPipeline } from '@windhover/connections';
import { connectionLogging } from '@windhover/connection-logging';
import { connectionPair } from '@windhover/transport-memory';

const logger = { debug: (_details: object, message: string) => console.log(message) };

const accept = buildConnectionPipeline([connectionLogging({ logger })], (connection) =>
  connection.start({
    received: () => void connection.write('HTTP/1.1 200 OK\r\n\r\n'),
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  }),
);

const [client, served] = connectionPair();
await accept(served);
await new Promise<void>((closed) => {
  client.start({ received: () => undefined, drained: () => undefined, ended: () => undefined, closed: () => closed() });
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  client.end();
});
// connected
// started
// received 27 bytes
// 0000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..
// 0010  48 6f 73 74 3a 20 61 0d  0a 0d 0a                 Host: a....
// sent 19 bytes
// 0000  48 54 54 50 2f 31 2e 31  20 32 30 30 20 4f 4b 0d  HTTP/1.1 200 OK.
// 0010  0a 0d 0a                                          ...
// the peer has ended its side
// ended on this side
// closed
