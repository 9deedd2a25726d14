import { duplexPair } from 'node:stream';
import {
  type ConnectionDelegate,
  type ConnectionMiddleware,
  acceptConnection,
  buildConnectionPipeline,
  fromDuplex,
  toDuplex,
} from '@windhover/connections';

/** A protocol: answers in capitals, and ends when its peer does. */
const shout: ConnectionDelegate = (connection) =>
  connection.start({
    received: (bytes) => void connection.write(Buffer.from(bytes).toString('latin1').toUpperCase()),
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  });

/** A middleware: sees each connection before the protocol does. */
const announcing: ConnectionMiddleware = (next) => (connection) => {
  console.log('accepted');
  return next(connection);
};

/* Any two connected streams will do. A transport accepts real ones. */
const [client, server] = duplexPair();
acceptConnection(fromDuplex(server), buildConnectionPipeline([announcing], shout));

const stream = toDuplex(fromDuplex(client));
stream.end('hello');
for await (const chunk of stream) console.log(String(chunk));
// accepted
// HELLO
