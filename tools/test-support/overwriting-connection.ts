import { LayeredConnection, type Receiver } from '@windhover/connections';

/** Memory that all connections below use for each read, like the sockets of a thread. */
let memory = new Uint8Array(64 * 1024);

/** Lends the bytes to a receiver with `borrowed`, and overwrites them after the call. */
export const lend = (receiver: Receiver, bytes: Uint8Array): void => {
  if (bytes.length > memory.length) memory = new Uint8Array(bytes.length);
  memory.set(bytes);
  try {
    receiver.borrowed!(memory, bytes.length);
  } finally {
    memory.fill(0xaa);
  }
};

/** A connection that lends its bytes to receivers with `borrowed`, and overwrites them after each call. */
export class OverwritingConnection extends LayeredConnection {
  override start(receiver: Receiver): void {
    super.start(receiver.borrowed === undefined ? receiver : lending(receiver));
  }
}

const lending = (receiver: Receiver): Receiver => ({
  received: (bytes) => lend(receiver, bytes),
  drained: () => receiver.drained(),
  ended: () => receiver.ended(),
  closed: (error) => receiver.closed(error),
});
