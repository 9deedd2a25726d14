import type { Duplex } from 'node:stream';
import { type Connection, LayeredConnection, type Receiver } from '@windhover/connections';

/** The connection of an upgraded exchange. It calls back when the new protocol takes it over. */
export class UpgradedConnection extends LayeredConnection {
  #onTakenOver: (() => void) | undefined;

  /** @param onTakenOver called when the connection is started, and when its stream is taken */
  constructor(below: Connection, onTakenOver: () => void) {
    super(below);
    this.#onTakenOver = onTakenOver;
  }

  override start(receiver: Receiver): void {
    this.#takenOver();
    super.start(receiver);
  }

  override takeStream(): Duplex | undefined {
    const stream = super.takeStream();
    if (stream !== undefined) this.#takenOver();
    return stream;
  }

  /** Lets go of the HTTP/1.1 connection, whose memory a long-lived connection would keep. */
  #takenOver(): void {
    this.#onTakenOver?.();
    this.#onTakenOver = undefined;
  }
}
