import { ServiceCollection, type ServiceProvider, serviceKey } from '@windhover/hosting';
import { beforeEach, describe, expect, it } from 'vitest';
import { Services } from '../src/services/services.ts';

const a = serviceKey<string>('a');
const b = serviceKey<string>('b');
const c = serviceKey<string>('c');

let collection: ServiceCollection;
const build = (): Services => new Services(collection.registrations);

beforeEach(() => {
  collection = new ServiceCollection();
});

const code = (wanted: string, message?: RegExp): unknown =>
  expect.objectContaining({ code: wanted, ...(message && { message: expect.stringMatching(message) as string }) });

describe('a service', () => {
  it('is made when it is first asked for, and once', () => {
    let made = 0;
    const services = build2((from) => `made ${++made} with ${from.get(b)}`);
    expect(made).toBe(0);
    expect([services.get(a), services.get(a), made]).toEqual(['made 1 with b', 'made 1 with b', 1]);
  });

  const build2 = (create: (services: ServiceProvider) => string): Services => {
    collection.add(a, create).addValue(b, 'b');
    return build();
  };

  it('may be undefined', () => {
    let made = 0;
    const nothing = serviceKey<undefined>('nothing');
    collection.add(nothing, () => void made++);
    const services = build();
    expect([services.get(nothing), services.get(nothing), made]).toEqual([undefined, undefined, 1]);
  });

  it('is found under a key of the same name, which another copy of the package may have made', () => {
    collection.addValue(a, 'here');
    expect(build().get(serviceKey<string>('a'))).toBe('here');
  });

  it('added again is replaced', () => {
    collection.addValue(a, 'first').add(a, () => 'second');
    expect(build().get(a)).toBe('second');
  });

  it('that was not added: HOSTING_SERVICE_MISSING', () => {
    expect(() => build().get(a)).toThrow(code('HOSTING_SERVICE_MISSING', /^a: /));
    expect(build().has(a)).toBe(false);
  });

  it('whose factory throws is made anew at the next try', () => {
    let tries = 0;
    const services = build2(() => {
      if (++tries === 1) throw new Error('not yet');
      return 'now';
    });
    expect(() => services.get(a)).toThrow('not yet');
    expect(services.get(a)).toBe('now');
  });
});

describe('a service that takes time', () => {
  it('is made at the start, and has to be waited for before', async () => {
    collection.addAsync(a, async (services) => `a with ${await services.getAsync(b)}`);
    collection.addAsync(b, async () => 'b');
    const services = build();
    expect(() => services.get(a)).toThrow(code('HOSTING_SERVICE_NOT_READY', /^a: /));
    await services.createAsync();
    expect(services.get(a)).toBe('a with b');
  });

  it('is made once for all callers that wait', async () => {
    let made = 0;
    collection.addAsync(a, async () => `made ${++made}`);
    const services = build();
    const [first, second] = await Promise.all([services.getAsync(a), services.getAsync(a)]);
    expect([first, second]).toEqual(['made 1', 'made 1']);
  });

  it('getAsync gives the others, too', async () => {
    collection.add(a, () => 'lazy');
    await expect(build().getAsync(a)).resolves.toBe('lazy');
  });

  it('that fails is made anew at the next try', async () => {
    let tries = 0;
    collection.addAsync(a, async () => {
      if (++tries === 1) throw new Error('no connection');
      return 'connected';
    });
    const services = build();
    await expect(services.createAsync()).rejects.toThrow('no connection');
    await expect(services.getAsync(a)).resolves.toBe('connected');
  });
});

describe('a cycle: HOSTING_SERVICE_CYCLE, with the way', () => {
  it('of one', () => {
    collection.add(a, (services) => services.get(a));
    expect(() => build().get(a)).toThrow(code('HOSTING_SERVICE_CYCLE', /^a → a: /));
  });

  it('of three', () => {
    collection.add(a, (services) => services.get(b));
    collection.add(b, (services) => services.get(c));
    collection.add(c, (services) => services.get(a));
    expect(() => build().get(a)).toThrow(code('HOSTING_SERVICE_CYCLE', /^c → a → b → c: /));
  });

  it('past the provider that the factory was given', () => {
    collection.add(a, () => services.get(a));
    const services = build();
    expect(() => services.get(a)).toThrow(code('HOSTING_SERVICE_CYCLE'));
  });

  it('of services that take time, and would wait for ever', async () => {
    collection.addAsync(a, async (services) => services.getAsync(b));
    collection.addAsync(b, async (services) => {
      await Promise.resolve();
      return services.getAsync(a);
    });
    await expect(build().createAsync()).rejects.toThrow(code('HOSTING_SERVICE_CYCLE', /^b → a → b: /));
  });

  it('of two that were begun side by side', async () => {
    collection.addAsync(a, async (services) => {
      await Promise.resolve();
      return services.getAsync(b);
    });
    collection.addAsync(b, async (services) => {
      await Promise.resolve();
      return services.getAsync(a);
    });
    const services = build();
    await expect(Promise.all([services.getAsync(a), services.getAsync(b)])).rejects.toThrow(
      code('HOSTING_SERVICE_CYCLE'),
    );
  });

  it('two that need a third are none', async () => {
    collection.addAsync(a, async (services) => services.getAsync(c));
    collection.addAsync(b, async (services) => services.getAsync(c));
    collection.addAsync(c, async () => 'shared');
    const services = build();
    await expect(Promise.all([services.getAsync(a), services.getAsync(b)])).resolves.toEqual(['shared', 'shared']);
  });
});

describe('dispose', () => {
  const told: string[] = [];
  const failed = (name: string, error: unknown): void => void told.push(`${name}: ${String(error)}`);
  const resource = (name: string): object => ({ [Symbol.dispose]: () => void told.push(name) });

  beforeEach(() => {
    told.length = 0;
  });

  it('goes from the newest to the oldest, and leaves alone what was given or never made', async () => {
    const keys = ['one', 'two', 'given', 'idle', 'slow'].map((name) => serviceKey<object>(name));
    const [one, two, given, idle, slow] = keys as [(typeof keys)[0], (typeof keys)[0], ...typeof keys];
    collection
      .add(one, () => resource('one'))
      .add(two, (services) => {
        services.get(one);
        return resource('two');
      })
      .addValue(given!, resource('given'))
      .add(idle!, () => resource('idle'))
      .addAsync(slow!, async () => ({
        [Symbol.asyncDispose]: async () => {
          await Promise.resolve();
          told.push('slow');
        },
      }));
    const services = build();
    await services.createAsync();
    for (const key of [two, given!]) services.get(key);
    await services.dispose(failed);
    expect(told).toEqual(['two', 'one', 'slow']);
  });

  it('one that fails does not hold up the others', async () => {
    collection.add(serviceKey<object>('fine'), () => resource('fine'));
    collection.add(serviceKey<object>('bad'), () => ({
      [Symbol.asyncDispose]: () => Promise.reject(new Error('stuck')),
    }));
    const services = build();
    services.get(serviceKey('fine'));
    services.get(serviceKey('bad'));
    await services.dispose(failed);
    expect(told).toEqual(['bad: Error: stuck', 'fine']);
  });

  it('nothing can be had afterwards: HOSTING_SERVICES_DISPOSED', async () => {
    collection.addValue(a, 'a');
    const services = build();
    await services.dispose(failed);
    expect(() => services.get(a)).toThrow(code('HOSTING_SERVICES_DISPOSED'));
  });
});
