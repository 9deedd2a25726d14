/** An IP address and port. */
export interface IPEndPoint {
  readonly kind: 'ip';
  /** Text form without brackets, e.g. `127.0.0.1`, `::`, `fe80::1%eth0`. */
  readonly address: string;
  /** 0 to 65535; 0 asks for any free port. */
  readonly port: number;
  /**
   * Bind only: whether an IPv6 wildcard stays off IPv4. Default false: `::` takes both families.
   */
  readonly ipv6Only?: boolean;
}

/** A unix domain socket. */
export interface UnixSocketEndPoint {
  readonly kind: 'unix';
  /** File path; a leading NUL marks a Linux abstract socket. Empty for a peer without a name. */
  readonly path: string;
}

/** A Windows named pipe. */
export interface NamedPipeEndPoint {
  readonly kind: 'pipe';
  readonly name: string;
}

/** A listening descriptor that another process has opened. */
export interface FileHandleEndPoint {
  readonly kind: 'handle';
  readonly fd: number;
}

/** A name inside this process, for the memory transport. */
export interface MemoryEndPoint {
  readonly kind: 'memory';
  readonly name: string;
}

/** An end point of a transport that is not one of Windhover's. */
export interface CustomEndPoint {
  readonly kind: `x-${string}`;
  readonly [detail: string]: unknown;
}

/**
 * Where a transport listens, or where a connection comes from. Plain data, told apart by `kind`.
 *
 * Source: Kestrel `EndPoint` and its kinds.
 */
export type EndPoint =
  | IPEndPoint
  | UnixSocketEndPoint
  | NamedPipeEndPoint
  | FileHandleEndPoint
  | MemoryEndPoint
  | CustomEndPoint;

/** The end point as one readable string: `127.0.0.1:5000`, `[::1]:5000`, `unix:/run/app.sock`. */
export const formatEndPoint = (endPoint: EndPoint): string => {
  switch (endPoint.kind) {
    case 'ip': {
      const { address, port } = endPoint;
      return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    }
    case 'unix': {
      const { path } = endPoint;
      return `unix:${path.startsWith('\0') ? `@${path.slice(1)}` : path}`;
    }
    case 'pipe':
      return `pipe:/${endPoint.name}`;
    case 'handle':
      return `<file handle ${endPoint.fd}>`;
    case 'memory':
      return `memory:${endPoint.name}`;
    default:
      return endPoint.kind;
  }
};
