import type { Duplex } from 'node:stream';
import { type FeatureCollection, type FeatureKey, Features } from '@windhover/features';
import type { ClosedObserver, Connection, Receiver } from './connection.ts';

let connectionCount = 0;
/** Distinguishes the processes of one machine in logs. */
const processPart = `${Date.now().toString(36)}${process.pid.toString(36)}`.toUpperCase();

/** Up to this number, a list of observers has its exact size. `push` makes room for 16 more; an upgraded connection has three. */
const fewObservers = 4;

/** Replaces the observers when the connection is closed. */
class Ending {
  readonly error: Error | undefined;

  constructor(error: Error | undefined) {
    this.error = error;
  }
}

/**
 * The parts that all connections have in common: an id that is made on first use, the features (the connection is its own
 * feature collection), and the observers of its end.
 *
 * A subclass returns the features that it implements itself from `builtIn`. It calls `notifyClosed` once, as its last
 * notification, and passes a receiver that arrives after that to `startAfterClosed`.
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

  override get<T>(key: FeatureKey<T>): T | undefined {
    return super.get(key) ?? this.#inherited?.get(key);
  }

  override get revision(): number {
    return super.revision + (this.#inherited?.revision ?? 0);
  }

  onClosed(observer: ClosedObserver): void {
    const observers = this.#observers;
    if (observers === undefined) this.#observers = observer;
    else if (observers instanceof Ending) queueMicrotask(() => observer.closed(this, observers.error));
    else if (!Array.isArray(observers)) this.#observers = [observers, observer];
    else if (observers.length < fewObservers) this.#observers = observers.concat(observer);
    else observers.push(observer);
  }

  /** Whether `notifyClosed` was called. */
  protected get isClosed(): boolean {
    return this.#observers instanceof Ending;
  }

  /**
   * Notifies the observers in the order in which they were added, and releases them. An observer that throws does not
   * keep the others from being notified. A second call does nothing.
   */
  protected notifyClosed(error?: Error): void {
    const observers = this.#observers;
    if (observers instanceof Ending) return;
    this.#observers = new Ending(error);
    if (observers === undefined) return;
    if (Array.isArray(observers)) this.#notify(observers, error);
    else observers.closed(this, error);
  }

  #notify(observers: readonly ClosedObserver[], error: Error | undefined): void {
    const failures: unknown[] = [];
    for (const observer of observers) {
      try {
        observer.closed(this, error);
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Notifies a receiver that arrived after the end, in a microtask and so not inside `start`. */
  protected startAfterClosed(receiver: Receiver): void {
    const observers = this.#observers;
    if (observers instanceof Ending) queueMicrotask(() => receiver.closed(observers.error));
  }

  abstract start(receiver: Receiver): void;
  abstract pause(): void;
  abstract resume(): void;
  abstract write(bytes: Uint8Array | string): boolean;
  writeAll?(pieces: readonly Uint8Array[]): boolean;
  abstract end(): void;
  abstract abort(reason?: Error): void;
  abstract dispose(): void;
  takeStream?(): Duplex | undefined;
}
