import { HostError } from '../errors.ts';
import type { ServiceRegistration } from './service-collection.ts';
import type { ServiceKey } from './service-key.ts';
import type { ServiceProvider } from './service-provider.ts';

/** Called for each service that could not be disposed. */
export type DisposeFailed = (name: string, error: unknown) => void;

/** One service: its registration and its state. It is the provider passed to its own factory. */
class Service implements ServiceProvider {
  readonly registration: ServiceRegistration;
  readonly #services: Services;
  state: 'absent' | 'creating' | 'created' = 'absent';
  value: unknown;
  pending: Promise<unknown> | undefined;
  /** Services that its factory has requested and is waiting for. */
  readonly waitsFor = new Set<Service>();

  constructor(registration: ServiceRegistration, services: Services) {
    this.registration = registration;
    this.#services = services;
  }

  get name(): string {
    return this.registration.key.name;
  }

  get<T>(key: ServiceKey<T>): T {
    return this.#services.getFor(key, this);
  }

  getAsync<T>(key: ServiceKey<T>): Promise<T> {
    return this.#services.getAsyncFor(key, this);
  }

  has<T>(key: ServiceKey<T>): boolean {
    return this.#services.has(key);
  }
}

/** The services of one host. */
export class Services implements ServiceProvider {
  readonly #services = new Map<symbol, Service>();
  readonly #toDispose: Service[] = [];
  #isDisposed = false;

  constructor(registrations: Iterable<ServiceRegistration>) {
    for (const registration of registrations) {
      this.#services.set(registration.key.id, new Service(registration, this));
    }
  }

  has<T>(key: ServiceKey<T>): boolean {
    return this.#services.has(key.id);
  }

  get<T>(key: ServiceKey<T>): T {
    return this.getFor(key, undefined);
  }

  getAsync<T>(key: ServiceKey<T>): Promise<T> {
    return this.getAsyncFor(key, undefined);
  }

  /** Creates all asynchronous services, in the order in which they were added. */
  async createAsync(): Promise<void> {
    for (const { registration } of this.#services.values()) {
      if (registration.kind === 'async') await this.getAsync(registration.key);
    }
  }

  getFor<T>(key: ServiceKey<T>, asker: Service | undefined): T {
    const service = this.#find(key);
    if (service.state === 'created') return service.value as T;
    if (service.registration.kind === 'async') {
      checkNoCycle(service, asker);
      throw new HostError('HOSTING_SERVICE_NOT_READY', key.name);
    }
    if (service.state === 'creating') throw cycleError(service, asker);
    return this.#create(service, asker) as T;
  }

  async getAsyncFor<T>(key: ServiceKey<T>, asker: Service | undefined): Promise<T> {
    const service = this.#find(key);
    if (service.registration.kind !== 'async') return this.getFor(key, asker);
    if (service.state === 'created') return service.value as T;
    checkNoCycle(service, asker);
    asker?.waitsFor.add(service);
    try {
      return (await (service.pending ??= this.#createAsync(service))) as T;
    } finally {
      asker?.waitsFor.delete(service);
    }
  }

  #find(key: ServiceKey<unknown>): Service {
    if (this.#isDisposed) throw new HostError('HOSTING_SERVICES_DISPOSED', key.name);
    const service = this.#services.get(key.id);
    if (service === undefined) throw new HostError('HOSTING_SERVICE_MISSING', key.name);
    return service;
  }

  #create(service: Service, asker: Service | undefined): unknown {
    service.state = 'creating';
    asker?.waitsFor.add(service);
    try {
      this.#created(service, service.registration.create(service));
      return service.value;
    } finally {
      asker?.waitsFor.delete(service);
      if (service.state === 'creating') service.state = 'absent';
    }
  }

  async #createAsync(service: Service): Promise<unknown> {
    service.state = 'creating';
    try {
      this.#created(service, await service.registration.create(service));
      return service.value;
    } finally {
      service.pending = undefined;
      if (service.state === 'creating') service.state = 'absent';
    }
  }

  #created(service: Service, value: unknown): void {
    service.value = value;
    service.state = 'created';
    if (service.registration.kind !== 'given') this.#toDispose.push(service);
  }

  /** Disposes created services, the newest first. A failure does not keep the others from being disposed. */
  async dispose(failed: DisposeFailed): Promise<void> {
    this.#isDisposed = true;
    for (let service = this.#toDispose.pop(); service !== undefined; service = this.#toDispose.pop()) {
      try {
        await disposeValue(service.value);
      } catch (error) {
        failed(service.name, error);
      }
    }
  }
}

const disposeValue = async (value: unknown): Promise<void> => {
  if (typeof value !== 'object' || value === null) return;
  if (Symbol.asyncDispose in value) await (value as AsyncDisposable)[Symbol.asyncDispose]();
  else if (Symbol.dispose in value) (value as Disposable)[Symbol.dispose]();
};

/** Two services that wait for each other would never be created. */
const checkNoCycle = (service: Service, asker: Service | undefined): void => {
  if (asker !== undefined && wayFrom(service, asker) !== undefined) throw cycleError(service, asker);
};

const cycleError = (service: Service, asker: Service = service): HostError => {
  const way = wayFrom(service, asker) ?? [service];
  return new HostError('HOSTING_SERVICE_CYCLE', [asker, ...way].map(({ name }) => name).join(' → '));
};

/** The chain of waiting services from one to another; `undefined` if there is none. */
const wayFrom = (from: Service, to: Service): readonly Service[] | undefined => {
  if (from === to) return [from];
  for (const next of from.waitsFor) {
    const rest = wayFrom(next, to);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
};
