import { clientNetwork } from '@windhover/addresses';
import { type Connection, ConnectionEndpointFeature } from '@windhover/connections';

/** A handshake that has a place, and may lose it. */
export interface PlaceHolder {
  readonly connection: Connection;
  /** Its place is given to another: the handshake ends now. */
  evicted(): void;
}

/** Handshakes of one client address. */
interface AddressGroup {
  readonly key: string;
  count: number;
}

/** What a handshake has taken. */
interface Place {
  /** The client has sent a whole ClientHello. */
  readonly hasHello: boolean;
  readonly group: AddressGroup | undefined;
  /** It waits for the client, not for code of the application. */
  isSilent: boolean;
}

/**
 * The handshakes of one endpoint that are under way. When there is no place left for one address, its handshake that has
 * waited longest for its client ends. When there is no place left in all, a handshake of the address with the most
 * handshakes ends. Honest clients answer within a round trip, so a flood of silent ones mostly ends itself, and a flood
 * from some addresses does not end the handshakes of others. Clients without a whole ClientHello never end the handshake
 * of one that has sent it.
 */
export class HandshakePlaces {
  readonly #most: number;
  readonly #mostPerAddress: number;
  /** In the order in which they began. */
  readonly #places = new Map<PlaceHolder, Place>();
  readonly #groups = new Map<string, AddressGroup>();

  constructor(most: number, mostPerAddress: number) {
    this.#most = most;
    this.#mostPerAddress = mostPerAddress;
  }

  /**
   * @param hasHello whether the client has sent a whole ClientHello
   * @returns false when there is no place, and no handshake that may be ended for this one
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

  /** From now on the handshake waits for its client. */
  waitsForClient(holder: PlaceHolder, isWaiting: boolean): void {
    const place = this.#places.get(holder);
    if (place !== undefined) place.isSilent = isWaiting;
  }

  /** A second call does nothing. */
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

  /** Among all groups: the oldest one of the largest group. */
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

/** All clients of a unix socket or in memory would be one, so they have no group. */
const addressKeyOf = (connection: Connection): string | undefined => {
  const remote = connection.features.get(ConnectionEndpointFeature)?.remoteEndpoint;
  return remote?.kind === 'ip' ? clientNetwork(remote.address) : undefined;
};
