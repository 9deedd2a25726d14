/** An IP address and port. */
export interface IPEndpoint {
  readonly kind: 'ip';
  /** Text form without brackets, e.g. `127.0.0.1`, `::`, `fe80::1%eth0`. */
  readonly address: string;
  /** 0 to 65535; 0 asks for any free port. */
  readonly port: number;
  /**
   * For `bind`: whether an IPv6 wildcard does not listen on IPv4. Default false: `::` listens on both families.
   */
  readonly ipv6Only?: boolean;
}

/** A unix domain socket. */
export interface UnixSocketEndpoint {
  readonly kind: 'unix';
  /** File path; a leading NUL marks a Linux abstract socket. Empty for a peer without a name. */
  readonly path: string;
}

/** A Windows named pipe. */
export interface NamedPipeEndpoint {
  readonly kind: 'pipe';
  readonly name: string;
}

/** A listening descriptor that another process has opened. */
export interface FileHandleEndpoint {
  readonly kind: 'handle';
  readonly fd: number;
}

/** A name inside this process, for the memory transport. */
export interface MemoryEndpoint {
  readonly kind: 'memory';
  readonly name: string;
}

/** An endpoint of a transport that is not part of Windhover. */
export interface CustomEndpoint {
  readonly kind: `x-${string}`;
  readonly [detail: string]: unknown;
}

/**
 * An address on which a transport listens, or one end of a connection. Plain data, distinguished by `kind`.
 *
 * Source: Kestrel `EndPoint` and its kinds.
 */
export type Endpoint =
  | IPEndpoint
  | UnixSocketEndpoint
  | NamedPipeEndpoint
  | FileHandleEndpoint
  | MemoryEndpoint
  | CustomEndpoint;

/** The endpoint as one readable string: `127.0.0.1:5000`, `[::1]:5000`, `unix:/run/app.sock`. */
export const formatEndpoint = (endpoint: Endpoint): string => {
  switch (endpoint.kind) {
    case 'ip': {
      const { address, port } = endpoint;
      return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    }
    case 'unix': {
      const { path } = endpoint;
      return `unix:${path.startsWith('\0') ? `@${path.slice(1)}` : path}`;
    }
    case 'pipe':
      return `pipe:/${endpoint.name}`;
    case 'handle':
      return `<file handle ${endpoint.fd}>`;
    case 'memory':
      return `memory:${endpoint.name}`;
    default:
      return endpoint.kind;
  }
};
