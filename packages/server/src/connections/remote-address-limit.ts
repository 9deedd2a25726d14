import { type Connection, ConnectionEndpointFeature } from '@windhover/connections';

/**
 * Connections by the address of their client. Whoever has no IP address is not counted: on a unix socket or in memory
 * all clients would be one.
 */
export class RemoteAddressLimit {
  readonly #most: number;
  readonly #open = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Counts the connection until it is closed. @returns false when its client has as many as it may */
  enter(connection: Connection): boolean {
    const remote = connection.features.get(ConnectionEndpointFeature)?.remoteEndpoint;
    if (remote?.kind !== 'ip') return true;
    const group = addressGroup(remote.address);
    const count = this.#open.get(group) ?? 0;
    if (count >= this.#most) return false;
    this.#open.set(group, count + 1);
    connection.onClosed({ closed: () => this.#leave(group) });
    return true;
  }

  #leave(group: string): void {
    const count = this.#open.get(group)! - 1;
    if (count === 0) this.#open.delete(group);
    else this.#open.set(group, count);
  }
}

/** Hexadecimal groups of an IPv6 address that make the network of one subscriber: /64. */
const networkGroups = 4;

/**
 * The addresses that are taken for one client: an IPv4 address, or the /64 network of an IPv6 address. Whoever has one
 * IPv6 address nearly always has the rest of its /64 as well (RFC 6177, RFC 7421).
 *
 * @param address as the system writes it, perhaps with a zone: `fe80::1%eth0`
 */
const addressGroup = (address: string): string => {
  if (!address.includes(':')) return address;
  const [text = '', zone] = address.split('%');
  const [head = '', tail] = text.split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const network = [...before, ...zeros, ...after].slice(0, networkGroups);
  return `${network.join(':')}::/64${zone === undefined ? '' : `%${zone}`}`;
};

/** An IPv4 address at the end stands for two groups; it is never part of the network. */
const groupsOf = (text: string): string[] =>
  text === '' ? [] : text.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [trimmed(group)]));

const trimmed = (group: string): string => group.toLowerCase().replace(/^0+(?=.)/, '');
