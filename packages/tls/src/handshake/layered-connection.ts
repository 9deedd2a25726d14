import type { Duplex } from 'node:stream';
import { type Connection, StreamConnection } from '@windhover/connections';
import type { FeatureCollection } from '@windhover/features';

/** A stream on top of a connection as a connection again: with the id and the features of the one below. */
export class LayeredConnection<S extends Duplex = Duplex> extends StreamConnection<S> {
  protected readonly below: Connection;

  /** @param below what carries the stream; nobody else uses it */
  constructor(stream: S, below: Connection) {
    super(stream);
    this.below = below;
  }

  override get id(): string {
    return this.below.id;
  }

  protected override get defaults(): FeatureCollection {
    return this.below.features;
  }

  /** Only the connection below knows what a reset is; the stream closes with it. */
  protected override reset(reason: Error): void {
    this.below.abort(reason);
  }
}
