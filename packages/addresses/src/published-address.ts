import type { BindingTarget } from './binding-target.ts';
import { formatPipeName, formatUnixPath } from './format-binding-address.ts';

/** Details that are known when a target is bound. */
export interface BoundDetails {
  /** The real port if the target has port 0; default the port of the target. */
  readonly port?: number | undefined;
  /** Whether every interface is bound for IPv4 only; default false. */
  readonly ipv4Only?: boolean | undefined;
}

/**
 * The address that a server publishes for a bound target: `http://localhost:5000`, `http://[::]:80`,
 * `http://127.0.0.1:49152`, `http://unix:/run/app.sock`. It always has a port, and the scheme is in lower case.
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
