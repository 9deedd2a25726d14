import { type Endpoint, TransportError } from '@windhover/connections';
import type { ServerError } from '@windhover/server';
import { type Bound, explainedConflict } from '../src/binding/address-conflict.ts';
import type { ListenOptions } from '../src/binding/listen-options.ts';
import type { ListenTarget } from '../src/binding/listen-target.ts';
import { describe, expect, it } from 'vitest';

const inUse = new TransportError('TRANSPORT_ADDRESS_IN_USE', 'the address');

const optionsOf = (target: ListenTarget, scheme: 'http' | 'https' = 'http'): ListenOptions =>
  ({ target, scheme }) as ListenOptions;

const bound = (target: ListenTarget, endpoints: readonly Endpoint[], scheme: 'http' | 'https' = 'http'): Bound => ({
  options: optionsOf(target, scheme),
  endpoints,
  address: 'the holder',
});

/** The code of the explanation; `undefined` if the transport's error is returned. */
const explain = (target: ListenTarget, holder: Bound | undefined, siblings: readonly string[] = []): unknown => {
  const own = holder === undefined ? [] : [holder];
  const error = explainedConflict(inUse, optionsOf(target), { own, closing: new Set(), siblings });
  return error === inUse ? undefined : (error as ServerError).code;
};

const ip = (address: string, port = 80, ipv6Only?: boolean): Endpoint & ListenTarget => ({
  kind: 'ip',
  address,
  port,
  ...(ipv6Only !== undefined && { ipv6Only }),
});

const localhost: ListenTarget = { kind: 'localhost', host: 'localhost', port: 80 };

describe('an address in use', () => {
  it.each<[held: Endpoint & ListenTarget, asked: ListenTarget]>([
    [ip('10.0.0.1'), ip('10.0.0.1')],
    [ip('0.0.0.0'), ip('10.0.0.1')],
    [ip('10.0.0.1'), ip('0.0.0.0')],
    [ip('::'), ip('10.0.0.1')],
    [ip('::'), ip('2001:db8::1')],
    [ip('::', 80, true), ip('2001:db8::1')],
    [ip('::', 80, false), ip('10.0.0.1')],
    [ip('2001:db8::1'), ip('::')],
    [ip('0.0.0.0'), ip('::')],
    [ip('10.0.0.1'), { kind: 'any', port: 80 }],
    [ip('127.0.0.1'), localhost],
    [ip('::1'), localhost],
    [
      { kind: 'unix', path: '/run/a/../socket' },
      { kind: 'unix', path: '/run/socket' },
    ],
    [
      { kind: 'pipe', name: 'Name' },
      { kind: 'pipe', name: 'name' },
    ],
    [
      { kind: 'memory', name: 'name' },
      { kind: 'memory', name: 'name' },
    ],
  ])('held by %o of the same server, asked for as %o: SERVER_ADDRESS_TWICE', (held, asked) => {
    expect(explain(asked, bound(held, [held]))).toBe('SERVER_ADDRESS_TWICE');
  });

  it.each<[held: Endpoint & ListenTarget, asked: ListenTarget]>([
    [ip('10.0.0.1'), ip('10.0.0.2')],
    [ip('10.0.0.1'), ip('10.0.0.1', 81)],
    [ip('0.0.0.0'), ip('2001:db8::1')],
    [ip('::', 80, true), ip('10.0.0.1')],
    [ip('0.0.0.0'), ip('::', 80, true)],
    [ip('2001:db8::1'), ip('10.0.0.1')],
    [ip('10.0.0.1'), localhost],
    [
      { kind: 'unix', path: '/run/other' },
      { kind: 'unix', path: '/run/socket' },
    ],
    [
      { kind: 'unix', path: '\0run/a/../socket' },
      { kind: 'unix', path: '\0run/socket' },
    ],
    [
      { kind: 'pipe', name: 'other' },
      { kind: 'pipe', name: 'name' },
    ],
    [
      { kind: 'memory', name: 'Name' },
      { kind: 'memory', name: 'name' },
    ],
    [
      { kind: 'memory', name: 'name' },
      { kind: 'pipe', name: 'name' },
    ],
    [ip('10.0.0.1'), { kind: 'unix', path: '/run/socket' }],
    [{ kind: 'x-own' }, { kind: 'x-own' }],
  ])('the server holds %o, which is not %o: the error of the transport is returned', (held, asked) => {
    expect(explain(asked, bound(held, [held]))).toBeUndefined();
  });

  it('held by an endpoint of another scheme: SERVER_ADDRESS_SHARED_BY_SCHEMES', () => {
    expect(explain(ip('::1'), bound(ip('::1'), [ip('::1')], 'https'))).toBe('SERVER_ADDRESS_SHARED_BY_SCHEMES');
  });

  it('held by an endpoint that is to close: SERVER_ADDRESS_HELD', () => {
    const holder = bound(ip('::1'), [ip('::1')]);
    const holders = { own: [holder], closing: new Set([holder]), siblings: [] };
    expect(explainedConflict(inUse, optionsOf(ip('::1')), holders)).toMatchObject({ code: 'SERVER_ADDRESS_HELD' });
  });

  it('held by the second of two endpoints: the message names that one', () => {
    const own = [bound(ip('::2'), [ip('::2')]), { ...bound(ip('::1'), [ip('::1')]), address: 'the second' }];
    const error = explainedConflict(inUse, optionsOf(ip('::1')), { own, closing: new Set(), siblings: [] });
    expect((error as Error).message).toMatch('http://[::1]:80 and the second');
    expect((error as Error).cause).toBe(inUse);
  });

  it('held by another process of the application: SERVER_ADDRESS_HELD_BY_SIBLING', () => {
    const siblings = ['memory:x', 'not an address', 'http://10.0.0.1:80'];
    expect(explain(ip('10.0.0.1'), undefined, siblings)).toBe('SERVER_ADDRESS_HELD_BY_SIBLING');
    expect(explain(ip('10.0.0.2'), undefined, siblings)).toBeUndefined();
  });

  it.each([
    ['another error of the transport', new TransportError('TRANSPORT_PERMISSION_DENIED', 'the address')],
    ['an error that is not of a transport', Object.assign(new Error('in use'), { code: 'TRANSPORT_ADDRESS_IN_USE' })],
  ])('%s: is returned unchanged', (_name, error) => {
    const holders = { own: [bound(ip('::1'), [ip('::1')])], closing: new Set<Bound>(), siblings: [] };
    expect(explainedConflict(error, optionsOf(ip('::1')), holders)).toBe(error);
  });
});
