import { LayeredConnection, type Receiver } from '@windhover/connections';

/** A connection that remembers the bytes its peer has sent. */
export class RecordedConnection extends LayeredConnection {
  readonly pieces: Uint8Array[] = [];

  override start(receiver: Receiver): void {
    super.start({
      received: (bytes) => {
        this.pieces.push(bytes);
        receiver.received(bytes);
      },
      drained: () => receiver.drained(),
      ended: () => receiver.ended(),
      closed: (error) => receiver.closed(error),
    });
  }
}
