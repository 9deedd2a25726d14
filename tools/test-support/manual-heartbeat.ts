import type { ConnectionHeartbeatFeature, HeartbeatListener } from '@windhover/connections';

/** The heartbeat of a server, triggered by the test. */
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

  /** Triggers one beat this many milliseconds after the previous one; more than 1000 simulates a blocked event loop. */
  beat(milliseconds = 1000): void {
    this.now += milliseconds;
    for (const listener of this.#listeners) listener.heartbeat(this.now);
  }

  /** Triggers one beat for each second. */
  seconds(count: number): void {
    for (let second = 0; second < count; second++) this.beat();
  }
}
