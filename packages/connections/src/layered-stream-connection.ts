import type { Duplex } from 'node:stream';
import type { FeatureCollection } from '@windhover/features';
import type { Connection } from './connection.ts';
import { StreamConnection } from './stream-connection.ts';

/**
 * A Node.js stream that was made over a connection, such as a `TLSSocket`, as a connection again. Bytes are read from
 * and written to the stream. The id, missing features and the reset come from the connection below.
 *
 * The counterpart for a layer without a stream is `LayeredConnection`.
 */
export class LayeredStreamConnection<S extends Duplex = Duplex> extends StreamConnection<S> {
  /** The connection below. */
  protected readonly below: Connection;

  /**
   * @param stream as for `StreamConnection`
   * @param below carries the bytes of the stream; it closes when the stream is destroyed, and the stream when it is reset
   */
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

  /** The inherited features are found after those of the connection below. */
  override inherit(features: FeatureCollection): void {
    if (this.below.inherit === undefined) super.inherit(features);
    else this.below.inherit(features);
  }

  /** Only the connection below can tell its peer of a reset. It may have closed before, while the stream had unread bytes. */
  protected override reset(reason: Error): void {
    this.below.abort(reason);
    this.below.onClosed({ closed: () => void this.stream.destroy() });
  }
}
