import { type FeatureCollection, Features } from '@windhover/features';
import type { ClosedObserver, Connection, Receiver } from './connection.ts';

let connectionCount = 0;
/** Tells the processes of one machine apart in logs. */
const processPart = `${Date.now().toString(36)}${process.pid.toString(36)}`.toUpperCase();

/** Takes the place of the observers when the connection is over. */
class Ending {
  readonly error: Error | undefined;

  constructor(error: Error | undefined) {
    this.error = error;
  }
}

/**
 * What every connection of a transport needs: an id made when asked for, the features (the connection itself is their
 * collection), the observers of its end, and the way to tell whoever comes after it.
 *
 * A subclass answers the features that it is in `builtIn`, calls `notifyClosed` once, last, and hands a receiver that
 * comes even later to `startAfterClosed`.
 */
export abstract class ConnectionBase extends Features implements Connection {
  /** One observer is the common case and needs no array. */
  #observers: ClosedObserver | ClosedObserver[] | Ending | undefined;
  #number = 0;
  #inherited: FeatureCollection | undefined;

  get id(): string {
    this.#number ||= ++connectionCount;
    return `${processPart}-${this.#number.toString(36).toUpperCase()}`;
  }

  get features(): this {
    return this;
  }

  inherit(features: FeatureCollection): void {
    this.#inherited = features;
  }

  protected override get defaults(): FeatureCollection | undefined {
    return this.#inherited ?? super.defaults;
  }

  onClosed(observer: ClosedObserver): void {
    const observers = this.#observers;
    if (observers === undefined) this.#observers = observer;
    else if (observers instanceof Ending) queueMicrotask(() => observer.closed(this, observers.error));
    else if (Array.isArray(observers)) observers.push(observer);
    else this.#observers = [observers, observer];
  }

  /** Whether `notifyClosed` was called. */
  protected get isClosed(): boolean {
    return this.#observers instanceof Ending;
  }

  /**
   * Tells the observers, in the order in which they came, and forgets them; one that throws does not keep the others from
   * counting. A second call does nothing.
   */
  protected notifyClosed(error?: Error): void {
    const observers = this.#observers;
    if (observers instanceof Ending) return;
    this.#observers = new Ending(error);
    if (observers === undefined) return;
    if (Array.isArray(observers)) this.#tell(observers, error);
    else observers.closed(this, error);
  }

  #tell([first, ...others]: readonly ClosedObserver[], error: Error | undefined): void {
    try {
      first?.closed(this, error);
    } finally {
      if (others.length > 0) this.#tell(others, error);
    }
  }

  /** Tells a receiver that came after the end that it is over, in a microtask: never inside its own `start`. */
  protected startAfterClosed(receiver: Receiver): void {
    const observers = this.#observers;
    if (observers instanceof Ending) queueMicrotask(() => receiver.closed(observers.error));
  }

  abstract start(receiver: Receiver): void;
  abstract pause(): void;
  abstract resume(): void;
  abstract write(bytes: Uint8Array | string): boolean;
  abstract end(): void;
  abstract abort(reason?: Error): void;
  abstract dispose(): void;
}
