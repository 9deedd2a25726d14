import { isIP } from 'node:net';
import type { ListenTarget } from '@windhover/server';

/** The options of `server.listen`, as `node:net` has them. */
export interface ListenOptions {
  readonly port?: number | string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly fd?: number | undefined;
  readonly backlog?: number | undefined;
  readonly ipv6Only?: boolean | undefined;
  /** Closes the server when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

export type Listening = () => void;

/** Every form of `server.listen(…)`. */
export type ListenArguments =
  | [listening?: Listening]
  | [options: ListenOptions, listening?: Listening]
  | [port: number | string, listening?: Listening]
  | [port: number | string, host: string, listening?: Listening]
  | [port: number | string, backlog: number, listening?: Listening]
  | [port: number | string, host: string, backlog: number, listening?: Listening];

/** What the arguments come to. */
export interface ListenRequest {
  readonly target: ListenTarget;
  readonly signal: AbortSignal | undefined;
  readonly listening: Listening | undefined;
}

/**
 * Reads the arguments of `server.listen`. A string that is no number is the path of a unix socket.
 *
 * @throws TypeError `ERR_INVALID_ARG_VALUE`; RangeError `ERR_SOCKET_BAD_PORT`
 * Source: Node `net.Server.listen`
 */
export const readListenArguments = (given: readonly unknown[]): ListenRequest => {
  const last = given.at(-1);
  const listening = typeof last === 'function' ? (last as Listening) : undefined;
  const [first, second] = given.filter((argument) => typeof argument !== 'function');
  const options = optionsOf(first, second);
  return { target: targetOf(options), signal: options.signal, listening };
};

const optionsOf = (first: unknown, second: unknown): ListenOptions => {
  if (typeof first === 'object' && first !== null) return first;
  const isPath = typeof first === 'string' && !/^\d+$/.test(first);
  if (isPath) return { path: first };
  return { port: first as number | string | undefined, host: typeof second === 'string' ? second : undefined };
};

const targetOf = ({ path, fd, port, host, ipv6Only = false }: ListenOptions): ListenTarget => {
  if (path !== undefined) return { kind: 'unix', path };
  if (fd !== undefined) return { kind: 'handle', fd };
  const number = portOf(port);
  if (host === undefined) return { kind: 'any', port: number };
  if (host === 'localhost') return { kind: 'localhost', host, port: number };
  if (isIP(host) !== 0) return { kind: 'ip', address: host, port: number, ipv6Only };
  throw coded(new TypeError(`host must be an IP address or "localhost"; received "${host}"`), 'ERR_INVALID_ARG_VALUE');
};

const highestPort = 65_535;

const portOf = (port: number | string | undefined): number => {
  const number = Number(port ?? 0);
  if (port !== '' && Number.isInteger(number) && number >= 0 && number <= highestPort) return number;
  throw coded(
    new RangeError(`port must be an integer from 0 to 65535; received ${String(port)}`),
    'ERR_SOCKET_BAD_PORT',
  );
};

const coded = <E extends Error>(error: E, code: string): E => Object.assign(error, { code });
