import type { Connection } from '@windhover/connections';
import type { MemoryTransport } from '@windhover/transport-memory';

/** The client's side of one connection over memory. */
export interface MemoryExchange {
  readonly connection: Connection;
  /** Everything the server has sent, once the connection is closed; rejects when it was reset. */
  readonly response: Promise<string>;
}

/** Sends one GET over the memory transport, on a connection of its own. */
export const exchangeOverMemory = (transport: MemoryTransport, name: string, target = '/'): MemoryExchange => {
  const connection = transport.connect({ kind: 'memory', name });
  let received = '';
  const response = new Promise<string>((resolve, reject) => {
    connection.start({
      received: (bytes) => void (received += Buffer.from(bytes).toString('latin1')),
      drained: () => {},
      ended: () => connection.end(),
      closed: (error) => (error === undefined ? resolve(received) : reject(error)),
    });
  });
  connection.write(`GET ${target} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n`);
  return { connection, response };
};
