import { clientNetwork } from '@windhover/addresses';
import { type Connection, ConnectionEndpointFeature } from '@windhover/connections';

/** A handshake that holds a place and may lose it. */
export interface PlaceHolder {
  readonly connection: Connection;
  /** Called when another handshake gets the place: this handshake ends. */
  evicted(): void;
}

/** Handshakes of one client address. */
interface AddressGroup {
  readonly key: string;
  count: number;
}

/** The place of a handshake. */
interface Place {
  /** Whether the client has sent a whole ClientHello. */
  readonly hasHello: boolean;
  readonly group: AddressGroup | undefined;
  /** Whether it waits for the client and not for code of the application. */
  isSilent: boolean;
}

/**
 * The running handshakes of one endpoint. If an address has no place left, its handshake that has waited longest for
 * its client ends. If the endpoint has no place left, a handshake of the address with the most handshakes ends. Normal
 * clients answer within a round trip, so a flood of silent clients mostly ends its own handshakes, and a flood from
 * some addresses does not end the handshakes of others. A client without a whole ClientHello never displaces one that
 * has sent it.
 */
export class HandshakePlaces {
  readonly #most: number;
  readonly #mostPerAddress: number;
  /** In order of arrival. */
  readonly #places = new Map<PlaceHolder, Place>();
  readonly #groups = new Map<string, AddressGroup>();

  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  /**
   * @param hasHello whether the client has sent a whole ClientHello
   * @returns false if there is no place, and no handshake may be ended for this one
   */
  enter(holder: PlaceHolder, hasHello: boolean): boolean {
    const key = addressKeyOf(holder.connection);
    const group = key === undefined ? undefined : (this.#groups.get(key) ?? { key, count: 0 });
    if (group !== undefined && group.count >= this.#mostPerAddress && !this.#evict(hasHello, group)) return false;
    if (this.#places.size >= this.#most && !this.#evict(hasHello, undefined)) return false;
    this.#places.set(holder, { hasHello, group, isSilent: false });
    if (group !== undefined) {
      group.count++;
      this.#groups.set(group.key, group);
    }
    return true;
  }

  /** Records whether the handshake waits for its client. */
  waitsForClient(holder: PlaceHolder, isWaiting: boolean): void {
    const place = this.#places.get(holder);
    if (place !== undefined) place.isSilent = isWaiting;
  }

  /** Releases the place. A second call does nothing. */
  leave(holder: PlaceHolder): void {
    const place = this.#places.get(holder);
    if (place === undefined) return;
    this.#places.delete(holder);
    const { group } = place;
    if (group !== undefined && --group.count === 0) this.#groups.delete(group.key);
  }

  #evict(hasHello: boolean, group: AddressGroup | undefined): boolean {
    const oldest = this.#oldestSilent(false, group) ?? (hasHello ? this.#oldestSilent(true, group) : undefined);
    if (oldest === undefined) return false;
    this.leave(oldest);
    oldest.evicted();
    return true;
  }

  /** The handshake that has waited longest; without a group, in the largest group. */
  #oldestSilent(hasHello: boolean, group: AddressGroup | undefined): PlaceHolder | undefined {
    let oldest: PlaceHolder | undefined;
    let most = -1;
    for (const [holder, place] of this.#places) {
      const isAmong = group === undefined || place.group === group;
      const count = place.group?.count ?? 0;
      if (!place.isSilent || !isAmong || place.hasHello !== hasHello || count <= most) continue;
      oldest = holder;
      most = count;
    }
    return oldest;
  }
}

/** Clients of a unix socket or in memory have no group, as they would all have the same address. */
const addressKeyOf = (connection: Connection): string | undefined => {
  const remote = connection.features.get(ConnectionEndpointFeature)?.remoteEndpoint;
  return remote?.kind === 'ip' ? clientNetwork(remote.address) : undefined;
};
