import type { ConnectionHeartbeatFeature, HeartbeatListener } from '@windhover/connections';

/** The heartbeat of a server, moved by the test. */
export class TestHeartbeat implements ConnectionHeartbeatFeature {
  now = 0;
  readonly #listeners: HeartbeatListener[] = [];

  onHeartbeat(listener: HeartbeatListener): void {
    this.#listeners.push(listener);
  }

  seconds(count: number): void {
    for (let beat = 0; beat < count; beat++) {
      this.now += 1000;
      for (const listener of this.#listeners) listener.heartbeat(this.now);
    }
  }
}
