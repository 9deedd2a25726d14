import type { ConnectionHeartbeatFeature, HeartbeatListener } from '@windhover/connections';

/** The heartbeat of a server, moved by the test. */
export class ManualHeartbeat implements ConnectionHeartbeatFeature {
  now = 0;
  #listeners: readonly HeartbeatListener[] = [];

  deadlineAfter(duration: number): number {
    return this.now + duration + 1000;
  }

  onHeartbeat(listener: HeartbeatListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  offHeartbeat(listener: HeartbeatListener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  get listenerCount(): number {
    return this.#listeners.length;
  }

  /** One beat, later than the one before by so many milliseconds: more than 1000 for an event loop that was blocked. */
  beat(milliseconds = 1000): void {
    this.now += milliseconds;
    for (const listener of this.#listeners) listener.heartbeat(this.now);
  }

  /** Beats once a second. */
  seconds(count: number): void {
    for (let second = 0; second < count; second++) this.beat();
  }
}
