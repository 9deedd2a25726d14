import { Features } from '@windhover/features';
import type { ClosedObserver, Connection, Receiver } from './connection.ts';

let connectionCount = 0;
/** Tells the processes of one machine apart in logs. */
const processPart = `${Date.now().toString(36)}${process.pid.toString(36)}`.toUpperCase();

/**
 * What every connection of a transport needs: an id made when asked for, the features (the connection itself is their
 * collection), and the observers of its end.
 *
 * A subclass answers the features that it is in `builtIn`, and calls `notifyClosed` once, last.
 */
export abstract class ConnectionBase extends Features implements Connection {
  /** One observer is the common case and needs no array. */
  #observers: ClosedObserver | ClosedObserver[] | undefined;
  #number = 0;

  get id(): string {
    this.#number ||= ++connectionCount;
    return `${processPart}-${this.#number.toString(36).toUpperCase()}`;
  }

  get features(): this {
    return this;
  }

  onClosed(observer: ClosedObserver): void {
    const observers = this.#observers;
    if (observers === undefined) this.#observers = observer;
    else if (Array.isArray(observers)) observers.push(observer);
    else this.#observers = [observers, observer];
  }

  /** Tells the observers, in the order in which they came, and forgets them. */
  protected notifyClosed(error?: Error): void {
    const observers = this.#observers;
    this.#observers = undefined;
    if (observers === undefined) return;
    if (Array.isArray(observers)) for (const observer of observers) observer.closed(this, error);
    else observers.closed(this, error);
  }

  abstract start(receiver: Receiver): void;
  abstract pause(): void;
  abstract resume(): void;
  abstract write(bytes: Uint8Array | string): boolean;
  abstract end(): void;
  abstract abort(reason?: Error): void;
}
