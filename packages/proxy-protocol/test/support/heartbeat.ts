import type { ConnectionHeartbeatFeature, HeartbeatListener } from '@windhover/connections';

/** The heartbeat of a server, moved by the test. */
export class TestHeartbeat implements ConnectionHeartbeatFeature {
  now = 0;
  #listeners: readonly HeartbeatListener[] = [];

  onHeartbeat(listener: HeartbeatListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  offHeartbeat(listener: HeartbeatListener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  get listenerCount(): number {
    return this.#listeners.length;
  }

  seconds(count: number): void {
    for (let beat = 0; beat < count; beat++) {
      this.now += 1000;
      for (const listener of this.#listeners) listener.heartbeat(this.now);
    }
  }
}
