import { type FeatureCollection, FeatureMissingError, Features, featureKey } from '@windhover/features';
import { describe, expect, it } from 'vitest';

interface Tenant {
  readonly name: string;
}
const Tenant = featureKey<Tenant>('acme/tenant');
const Other = featureKey<string>('acme/other');
const Third = featureKey<number>('acme/third');

describe('feature keys', () => {
  it('two keys with one name are one key, as from two copies of a package', () => {
    const features = new Features();
    features.set(Tenant, { name: 'blue' });
    expect(features.get(featureKey<Tenant>('acme/tenant'))).toEqual({ name: 'blue' });
  });

  it('keys with different names are different', () => {
    expect(Tenant.id).not.toBe(Other.id);
  });
});

describe('a feature collection', () => {
  it('gives back what was stored, and undefined for the rest', () => {
    const features = new Features();
    features.set(Tenant, { name: 'blue' });
    features.set(Third, 0);
    expect(features.get(Tenant)).toEqual({ name: 'blue' });
    expect(features.get(Third)).toBe(0);
    expect(features.get(Other)).toBeUndefined();
  });

  it('a second value replaces the first', () => {
    const features = new Features();
    features.set(Other, 'first');
    features.set(Other, 'second');
    expect(features.get(Other)).toBe('second');
  });

  it('undefined removes the value, and only this one', () => {
    const features = new Features();
    features.set(Tenant, { name: 'blue' });
    features.set(Other, 'stays');
    features.set(Tenant, undefined);
    expect(features.get(Tenant)).toBeUndefined();
    expect(features.get(Other)).toBe('stays');
  });

  it('a symbol stored as a value is never taken for a key', () => {
    const Mark = featureKey<symbol>('acme/mark');
    const features = new Features();
    features.set(Mark, Other.id);
    expect(features.get(Other)).toBeUndefined();
  });

  it('require returns the value, or throws an error with the key', () => {
    const features = new Features();
    features.set(Other, 'here');
    expect(features.require(Other)).toBe('here');
    expect(() => features.require(Tenant)).toThrow(FeatureMissingError);
    expect(() => features.require(Tenant)).toThrow(
      expect.objectContaining({ code: 'FEATURE_MISSING', feature: 'acme/tenant' }),
    );
  });
});

describe('defaults', () => {
  it('provide the features that the collection itself does not have', () => {
    const server = new Features();
    const connection = new Features(server);
    const request = new Features(connection);
    server.set(Other, 'of the server');
    expect(request.get(Other)).toBe('of the server');
    connection.set(Other, 'of the connection');
    expect(request.get(Other)).toBe('of the connection');
    expect(server.get(Other)).toBe('of the server');
  });

  it('show again when the own value is removed', () => {
    const server = new Features();
    const connection = new Features(server);
    server.set(Other, 'below');
    connection.set(Other, 'above');
    connection.set(Other, undefined);
    expect(connection.get(Other)).toBe('below');
  });

  it('are never written', () => {
    const server = new Features();
    new Features(server).set(Other, 'mine');
    expect(server.get(Other)).toBeUndefined();
  });

  it('may come from a subclass', () => {
    class Request extends Features {
      protected override get defaults(): FeatureCollection {
        return server;
      }
    }
    const server = new Features();
    server.set(Other, 'late');
    expect(new Request().get(Other)).toBe('late');
  });
});

describe('revision', () => {
  it('grows with every change', () => {
    const features = new Features();
    const revisions = [features.revision];
    features.set(Other, 'a');
    revisions.push(features.revision);
    features.set(Other, 'b');
    revisions.push(features.revision);
    features.set(Other, undefined);
    revisions.push(features.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((left, right) => left - right));
    expect(revisions).toHaveLength(4);
  });

  it('grows with a change of the defaults', () => {
    const server = new Features();
    const connection = new Features(server);
    const before = connection.revision;
    server.set(Other, 'a');
    expect(connection.revision).toBeGreaterThan(before);
  });

  it('stays when nothing changes', () => {
    const features = new Features();
    features.set(Other, 'a');
    const before = features.revision;
    features.get(Other);
    features.set(Tenant, undefined);
    expect(features.revision).toBe(before);
  });
});

describe('built-in features', () => {
  class Exchange extends Features {
    protected override builtIn(id: symbol): unknown {
      return id === Tenant.id ? { name: 'built in' } : undefined;
    }
  }

  it('need no set', () => {
    expect(new Exchange().get(Tenant)).toEqual({ name: 'built in' });
  });

  it('give way to a stored value, and come back when it is removed', () => {
    const exchange = new Exchange();
    exchange.set(Tenant, { name: 'stored' });
    expect(exchange.get(Tenant)).toEqual({ name: 'stored' });
    exchange.set(Tenant, undefined);
    expect(exchange.get(Tenant)).toEqual({ name: 'built in' });
  });

  it('go before the defaults', () => {
    const server = new Features();
    server.set(Tenant, { name: 'of the server' });
    expect(new Exchange(server).get(Tenant)).toEqual({ name: 'built in' });
  });
});
