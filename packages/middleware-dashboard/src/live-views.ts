import { Recorder } from './recorder.ts';
import { type LiveView, type Snapshot, viewOf } from './snapshot.ts';

/** Milliseconds between two views. */
const interval = 1000;

/** Views that a new viewer gets at once. */
const historyLength = 90;

/** Receives each view. */
export type Viewer = (view: LiveView) => void;

/** Open connections of this process. */
export type CurrentConnections = () => { readonly current: number; readonly upgraded: number };

/**
 * Makes a view each second for as long as there is a viewer. Without a viewer nothing is counted, and requests cost
 * nothing.
 */
export class LiveViews {
  readonly #current: CurrentConnections;
  readonly #viewers = new Set<Viewer>();
  readonly #history: LiveView[] = [];
  #recorder: Recorder | undefined;
  #last: Snapshot | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(current: CurrentConnections) {
    this.#current = current;
  }

  /** The last views, the oldest first. */
  get history(): readonly LiveView[] {
    return this.#history;
  }

  /** Calls the viewer each second. @returns ends it */
  watch(viewer: Viewer): Disposable {
    this.#viewers.add(viewer);
    if (this.#recorder === undefined) this.#start();
    return {
      [Symbol.dispose]: () => {
        this.#viewers.delete(viewer);
        if (this.#viewers.size === 0) this.#stop();
      },
    };
  }

  #start(): void {
    this.#recorder = new Recorder(this.#current);
    this.#last = this.#recorder.snapshot();
    this.#timer = setInterval(() => this.#show(), interval).unref();
  }

  #show(): void {
    const now = this.#recorder!.snapshot();
    const view = viewOf([{ before: this.#last!, now }], Date.now());
    this.#last = now;
    if (this.#history.push(view) > historyLength) this.#history.shift();
    for (const viewer of this.#viewers) viewer(view);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#recorder?.[Symbol.dispose]();
    this.#recorder = undefined;
    this.#history.length = 0;
  }
}
