import type { BindingTarget } from './binding-target.ts';
import { formatPipeName, formatUnixPath } from './format-binding-address.ts';

/** What became of a target when it was bound. */
export interface BoundDetails {
  /** The real port, where 0 was asked for; default the port of the target. */
  readonly port?: number | undefined;
  /** Whether only IPv4 could be bound for every interface; default false. */
  readonly ipv4Only?: boolean | undefined;
}

/**
 * The address that a server publishes for a bound target: `http://localhost:5000`, `http://[::]:80`,
 * `http://127.0.0.1:49152`, `http://unix:/run/app.sock`. The port is always written; the scheme is in lower case.
 *
 * Source: Kestrel `ListenOptions.GetDisplayName`, `IServerAddressesFeature`.
 */
export const publishedAddress = (scheme: string, target: BindingTarget, bound: BoundDetails = {}): string =>
  `${scheme.toLowerCase()}://${publishedAuthority(target, bound)}`;

const publishedAuthority = (target: BindingTarget, { port, ipv4Only = false }: BoundDetails): string => {
  switch (target.kind) {
    case 'unix':
      return formatUnixPath(target.path);
    case 'pipe':
      return formatPipeName(target.name);
    case 'localhost':
      return `${target.host}:${port ?? target.port}`;
    case 'any':
      return `${ipv4Only ? '0.0.0.0' : '[::]'}:${port ?? target.port}`;
    default: {
      const host = target.address.includes(':') ? `[${target.address}]` : target.address;
      return `${host}:${port ?? target.port}`;
    }
  }
};
