import { type Connection, ConnectionEndpointFeature, type Endpoint } from '@windhover/connections';
import { Features } from '@windhover/features';
import { describe, expect, it } from 'vitest';
import { HandshakePlaces, type PlaceHolder } from '../src/handshake/handshake-places.ts';

/** Handshakes of clients, by name. */
class Handshakes {
  readonly evicted: string[] = [];
  readonly #places: HandshakePlaces;
  readonly #holders = new Map<string, PlaceHolder>();

  constructor(most: number, mostPerAddress: number) {
    this.#places = new HandshakePlaces(most, mostPerAddress);
  }

  /** @returns whether there was a place */
  begin(name: string, { from = '192.0.2.1', hasHello = true, isSilent = true } = {}): boolean {
    const remoteEndpoint: Endpoint = from.includes('/')
      ? { kind: 'unix', path: from }
      : { kind: 'ip', address: from, port: 1 };
    const features = new Features();
    features.set(ConnectionEndpointFeature, { remoteEndpoint, localEndpoint: undefined });
    const connection = { features } as Partial<Connection> as Connection;
    const holder = { connection, evicted: () => void this.evicted.push(name) };
    this.#holders.set(name, holder);
    const hasPlace = this.#places.enter(holder, hasHello);
    if (hasPlace) this.#places.waitsForClient(holder, isSilent);
    return hasPlace;
  }

  end(name: string): void {
    this.#places.leave(this.#holders.get(name)!);
  }
}

describe('places for handshakes', () => {
  it('a handshake more than there may be: the oldest silent one is evicted', () => {
    const handshakes = new Handshakes(2, 2);
    handshakes.begin('busy', { isSilent: false });
    handshakes.begin('silent');
    expect(handshakes.begin('new')).toBe(true);
    expect(handshakes.evicted).toEqual(['silent']);
  });

  it('all others wait for the application: the new one is refused', () => {
    const handshakes = new Handshakes(1, 1);
    handshakes.begin('busy', { isSilent: false });
    expect(handshakes.begin('new')).toBe(false);
    handshakes.end('busy');
    expect(handshakes.begin('newer')).toBe(true);
    expect(handshakes.evicted).toEqual([]);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1', '192.0.2.2'],
    ['2001:db8::1', '2001:db8::ffff:1', '2001:db8:0:1::1'],
    ['::ffff:192.0.2.1', '192.0.2.1', '::ffff:192.0.2.2'],
  ])('clients of %s and %s are one, of %s another: each evicts its own only', (one, same, another) => {
    const handshakes = new Handshakes(10, 1);
    handshakes.begin('one', { from: one });
    handshakes.begin('another', { from: another });
    expect(handshakes.begin('same', { from: same })).toBe(true);
    expect(handshakes.evicted).toEqual(['one']);
  });

  it('clients of a unix socket: no limit per address', () => {
    const handshakes = new Handshakes(10, 1);
    handshakes.begin('one', { from: '/socket' });
    handshakes.begin('two', { from: '/socket' });
    expect(handshakes.evicted).toEqual([]);
  });

  it('a client without a whole hello: it evicts no client with one', () => {
    const handshakes = new Handshakes(2, 2);
    handshakes.begin('whole');
    handshakes.begin('partial', { hasHello: false });
    expect(handshakes.begin('partial, too', { hasHello: false })).toBe(true);
    expect(handshakes.begin('whole, too')).toBe(true);
    expect(handshakes.evicted).toEqual(['partial', 'partial, too']);
    expect(handshakes.begin('partial again', { hasHello: false })).toBe(false);
  });

  it('all places are taken: the address with the most handshakes loses its oldest, not another address', () => {
    const handshakes = new Handshakes(5, 4);
    handshakes.begin('honest', { from: '192.0.2.1' });
    for (const name of ['first', 'second', 'third']) handshakes.begin(name, { from: '192.0.2.2' });
    handshakes.begin('third address', { from: '192.0.2.3' });
    expect(handshakes.begin('new', { from: '192.0.2.4' })).toBe(true);
    expect(handshakes.begin('newer', { from: '192.0.2.5' })).toBe(true);
    expect(handshakes.evicted).toEqual(['first', 'second']);
  });

  it('all places are taken, as many by each address: the oldest handshake loses its place', () => {
    const handshakes = new Handshakes(2, 2);
    handshakes.begin('oldest', { from: '192.0.2.1' });
    handshakes.begin('younger', { from: '192.0.2.2' });
    handshakes.begin('new', { from: '192.0.2.3' });
    expect(handshakes.evicted).toEqual(['oldest']);
  });

  it('ended twice: counted once', () => {
    const handshakes = new Handshakes(10, 2);
    handshakes.begin('one');
    handshakes.begin('two', { isSilent: false });
    handshakes.end('one');
    handshakes.end('one');
    handshakes.begin('three', { isSilent: false });
    expect(handshakes.begin('four')).toBe(false);
  });
});
