import type { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/**
 * The first bytes of a client of Node that asks for `localhost`. Without the key of a post-quantum group, of which OpenSSL
 * 3.5 sends 1,216 bytes: tests handle every byte.
 */
export const clientHello = (): Promise<Buffer> =>
  new Promise((resolve) => {
    const stream = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
    connect({ socket: stream, servername: 'localhost', ecdhCurve: 'X25519' });
  });
