import { type EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a server of this package and one of `node:http` have in common. */
interface Listening {
  listen(port: number, host: string): unknown;
  address(): unknown;
  close(): unknown;
  closeAllConnections(): void;
}

/** Runs a function with the port of a server on the loopback interface, then closes the server and its connections. */
export const whileListening = async <T>(
  server: EventEmitter & Listening,
  run: (port: number) => T | Promise<T>,
): Promise<T> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await run((server.address() as AddressInfo).port);
  } finally {
    server.close();
    server.closeAllConnections();
  }
};
