import { parseIPAddress } from './ip-address.ts';

/** The part of an endpoint that trust depends on: its kind, and its address where the kind is `ip`. */
export interface SourceEndpoint {
  readonly kind: string;
  /** As sockets report it, with or without a zone. */
  readonly address?: string;
}

/** Addresses whose first bits are the same. */
interface Network {
  readonly groups: readonly number[];
  readonly prefixLength: number;
}

/** Kinds of endpoints without an address, which are trusted as a whole. */
const kinds: readonly string[] = ['unix', 'pipe', 'memory'];

const namedNetworks: ReadonlyMap<string, readonly string[]> = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']], // RFC 1918, RFC 4193
]);

const prefixLengthText = /^(?:0|[1-9]\d{0,2})$/;

/**
 * Peers that are trusted to forward their client's address: addresses, networks (`10.0.0.0/8`, `fd00::/8`), `loopback`
 * (127.0.0.0/8 and ::1), `private` (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 and fc00::/7), and the kinds of endpoints
 * `unix`, `pipe` and `memory`. The zone of an address is ignored, because networks have none.
 *
 * Source: ASP.NET Core `ForwardedHeadersOptions.KnownProxies`, `KnownIPNetworks`
 */
export class TrustedSources {
  readonly #kinds: readonly string[];
  readonly #networks: readonly Network[];

  /**
   * @param asError makes the error for an invalid entry. A network whose address has bits after its prefix is invalid,
   *   as in .NET's `IPNetwork`: `10.0.0.1/8` may be meant as an address or as a network
   */
  constructor(sources: readonly string[], asError: (source: string) => Error) {
    this.#kinds = sources.filter((source) => kinds.includes(source));
    const networks = sources.filter((source) => !kinds.includes(source));
    this.#networks = networks
      .flatMap((source) => namedNetworks.get(source) ?? [source])
      .map((source) => {
        const network = parseNetwork(source);
        if (network === undefined) throw asError(source);
        return network;
      });
  }

  /** @returns false for an unknown endpoint */
  trusts(endpoint: SourceEndpoint | undefined): boolean {
    if (endpoint === undefined) return false;
    if (endpoint.kind !== 'ip') return this.#kinds.includes(endpoint.kind);
    const [text = ''] = (endpoint.address ?? '').split('%', 1);
    const address = parseIPAddress(text);
    return address !== undefined && this.#networks.some((network) => contains(network, address.groups));
  }
}

const parseNetwork = (source: string): Network | undefined => {
  const [text = '', prefix, ...rest] = source.split('/', 3);
  const address = parseIPAddress(text);
  if (address === undefined || address.zone !== undefined || rest.length > 0) return undefined;
  const { groups } = address;
  if (prefix === undefined) return { groups, prefixLength: groups.length * 16 };
  // An IPv4 network in IPv6 notation would match no peer: such peers are reported as IPv4.
  const isMapped = text.includes(':') && groups.length === 2;
  if (isMapped || !prefixLengthText.test(prefix)) return undefined;
  const network = { groups, prefixLength: Number(prefix) };
  return isExact(network) ? network : undefined;
};

/** The bits of a group that belong to the prefix. */
const maskOf = ({ prefixLength }: Network, group: number): number => {
  const bits = Math.min(Math.max(prefixLength - group * 16, 0), 16);
  return 0x1_00_00 - (0x1_00_00 >> bits);
};

/** Whether the prefix fits the address, and all bits after it are zero. */
const isExact = (network: Network): boolean =>
  network.prefixLength <= network.groups.length * 16 &&
  network.groups.every((group, at) => (group & ~maskOf(network, at)) === 0);

const contains = (network: Network, groups: readonly number[]): boolean =>
  groups.length === network.groups.length &&
  groups.every((group, at) => (group & maskOf(network, at)) === network.groups[at]);
