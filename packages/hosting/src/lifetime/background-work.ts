import { settledOrAborted } from '@windhover/connections';
import type { BackgroundService, BackgroundServiceSource } from './background-service.ts';
import type { ServiceProvider } from '../services/service-provider.ts';

/** Receives the failures of background services. */
export interface BackgroundWorkEvents {
  /** `run` failed; the host must stop. */
  failed(name: string, error: unknown): void;
  /** `stop` failed; the host continues to stop. */
  stopFailed(name: string, error: unknown): void;
}

interface Running {
  readonly service: BackgroundService;
  readonly name: string;
  readonly end: AbortController;
  readonly work: Promise<void>;
  /** The stop, once it has begun. */
  stopping?: Promise<void>;
}

/** The background services of a host. They start in order and stop in reverse order. */
export class BackgroundWork {
  readonly #sources: readonly BackgroundServiceSource[];
  readonly #events: BackgroundWorkEvents;
  #running: readonly Running[] = [];

  constructor(sources: readonly BackgroundServiceSource[], events: BackgroundWorkEvents) {
    this.#sources = sources;
    this.#events = events;
  }

  /** Names of the running services. */
  get running(): readonly string[] {
    return this.#running.map(({ name }) => name);
  }

  /** @throws the error of the first service that fails to start; the services before it keep running */
  async start(services: ServiceProvider, signal: AbortSignal): Promise<void> {
    for (const source of this.#sources) {
      const service = typeof source === 'function' ? await source(services) : source;
      await service.start?.(signal);
      this.#running = [...this.#running, this.#run(service)];
    }
  }

  #run(service: BackgroundService): Running {
    const name = service.name ?? 'background service';
    const end = new AbortController();
    const work = (async () => {
      try {
        await service.run?.(end.signal);
      } catch (error) {
        // Work that is asked to end usually rejects with an AbortError.
        if (!end.signal.aborted) this.#events.failed(name, error);
      }
    })();
    return { service, name, end, work };
  }

  /**
   * Stops each running service once. A start that outlasts the deadline of a stop may add a service while this runs, and
   * calls it a second time when the start fails.
   *
   * @param graceOver ends the wait when it aborts
   */
  async stop(deadline: AbortSignal, graceOver: AbortSignal): Promise<void> {
    while (this.#running.length > 0) {
      const last = this.#running.at(-1)!;
      last.stopping ??= this.#stopOne(last, deadline);
      await settledOrAborted(last.stopping, graceOver);
      this.#running = this.#running.filter((other) => other !== last);
    }
  }

  async #stopOne({ service, name, end, work }: Running, deadline: AbortSignal): Promise<void> {
    end.abort();
    try {
      await service.stop?.(deadline);
    } catch (error) {
      this.#events.stopFailed(name, error);
    }
    await work;
  }
}
