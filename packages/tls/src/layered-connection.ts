import type { Duplex } from 'node:stream';
import { type Connection, StreamConnection } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';

const belowKey = Symbol('windhover.below');

/** A stream that knows what carries it: so the listener below is the same function for all streams. */
interface LayeredStream extends Duplex {
  [belowKey]: Connection;
}

/** When both sides have ended, the connection below is let go of: for its observers nothing has gone wrong then. */
function letGo(this: Duplex): void {
  if (this.readableEnded && this.writableFinished) (this as LayeredStream)[belowKey].dispose();
}

/** A stream on top of a connection as a connection again: with the id and the features of the one below. */
export class LayeredConnection<S extends Duplex = Duplex> extends StreamConnection<S> {
  protected readonly below: Connection;

  /** @param below what carries the stream; nobody else uses it */
  constructor(stream: S, below: Connection) {
    super(stream);
    this.below = below;
    (stream as unknown as LayeredStream)[belowKey] = below;
    stream.on('end', letGo);
    stream.on('finish', letGo);
  }

  override get id(): string {
    return this.below.id;
  }

  protected override get defaults(): FeatureCollection {
    return this.below.features;
  }

  /** Only the connection below knows what a reset is; the stream closes with it. */
  protected override reset(reason: Error): void {
    const { stream } = this;
    // A socket that is just being shut down cannot be reset, and Node would then never close it.
    const isShuttingDown = stream.writableEnded && !stream.writableFinished && stream.writableLength === 0;
    if (isShuttingDown) stream.destroy();
    else this.below.abort(reason);
  }
}
