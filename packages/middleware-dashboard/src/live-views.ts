import { processCounts } from './processes/process-counts.ts';
import { ProcessWatch } from './processes/process-watch.ts';
import { supervisorPid } from './processes/socket-folder.ts';
import { SummedProcesses } from './processes/summed-processes.ts';
import type { LiveView } from './snapshot.ts';

/** Maximum number of views that a new viewer receives at once. */
const historyLength = 90;

/** Receives each view, also as JSON, which all viewers share. */
export type Viewer = (view: LiveView, json: string) => void;

/**
 * Creates a view each second while there is a viewer: of this process and of the other workers of its supervisor.
 * Without a viewer nothing is counted, and requests cost nothing.
 */
export class LiveViews {
  readonly #viewers = new Set<Viewer>();
  readonly #history: LiveView[] = [];
  #end: (() => void) | undefined;

  /** The last views, the oldest first. */
  get history(): readonly LiveView[] {
    return this.#history;
  }

  /** How many viewers there are. */
  get viewerCount(): number {
    return this.#viewers.size;
  }

  /** Calls the viewer each second. @returns ends it */
  watch(viewer: Viewer): Disposable {
    this.#viewers.add(viewer);
    if (this.#end === undefined) this.#start();
    return {
      [Symbol.dispose]: () => {
        this.#viewers.delete(viewer);
        if (this.#viewers.size === 0) this.#stop();
      },
    };
  }

  #start(): void {
    const processes = new SummedProcesses();
    const others = watchSiblings(processes);
    const own = processCounts.watch((snapshot) => {
      const isFirst = processes.size === 0;
      processes.add(snapshot);
      others?.refresh();
      if (!isFirst) this.#show(processes.view(Date.now()));
    });
    this.#end = () => {
      own[Symbol.dispose]();
      others?.[Symbol.dispose]();
    };
  }

  #show(view: LiveView): void {
    if (this.#history.push(view) > historyLength) this.#history.shift();
    const json = JSON.stringify(view);
    for (const viewer of this.#viewers) viewer(view, json);
  }

  #stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.#history.length = 0;
  }
}

/** Watches the other workers of the supervisor of this process; `undefined` without one. */
const watchSiblings = (processes: SummedProcesses): ProcessWatch | undefined => {
  const supervisor = supervisorPid();
  if (supervisor === 0) return undefined;
  return new ProcessWatch(
    (name) => name.supervisor === supervisor && name.pid !== process.pid,
    (snapshot) => processes.add(snapshot),
    (pid) => processes.remove(pid),
  );
};
