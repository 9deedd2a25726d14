import type { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** The first bytes of a client of Node that asks for `localhost`. */
export const clientHello = (): Promise<Buffer> =>
  new Promise((resolve) => {
    const stream = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
    connect({ socket: stream, servername: 'localhost' });
  });
