import type { SocketOptions } from '@windhover/connections';
import type { AcceptObserver } from './accept-watch.ts';

/** Options of the socket transport. `connectSocket` takes the options that do not concern listening. */
export interface SocketTransportOptions extends AcceptObserver {
  /** Connections that the system queues until they are accepted, 1 to 65535; the system may use a lower limit. */
  readonly backlog: number;
  /**
   * Lets several sockets, also of other processes, listen on one TCP address; the system distributes the connections
   * (SO_REUSEPORT). All of these sockets must set it. Linux, FreeBSD 12, DragonFly BSD, Solaris 11.4, AIX 7.2.5; elsewhere
   * `bind` fails.
   */
  readonly reusePort: boolean;
  /**
   * Permission bits of a unix socket's file, 0 to 0o777, e.g. 0o660 for a proxy of the same group; with `undefined` the
   * umask applies. No effect on abstract sockets.
   */
  readonly unixMode?: number | undefined;
  /** Sends small writes immediately (TCP_NODELAY). No effect on unix sockets. */
  readonly noDelay: boolean;
  /** Lets the system probe idle connections (SO_KEEPALIVE). No effect on unix sockets. */
  readonly keepAlive: boolean;
  /** Milliseconds until the first `keepAlive` probe; 0 for the default of the system. */
  readonly keepAliveInitialDelay: number;
  /**
   * Bytes queued for sending from which `write` returns false, and bytes that are read ahead while the connection is
   * paused; at least 1.
   */
  readonly highWaterMark: number;
}

export const socketTransportDefaults: SocketTransportOptions = {
  backlog: 512, // connections; as Kestrel SocketTransportOptions.Backlog
  reusePort: false, // as net.Server.listen
  noDelay: true, // as Kestrel SocketTransportOptions.NoDelay
  keepAlive: false, // as net.createServer
  keepAliveInitialDelay: 0, // ms; as net.createServer
  highWaterMark: 64 * 1024, // bytes; as Kestrel MaxWriteBufferSize
};

const checkWhole = (name: keyof SocketTransportOptions, value: number, least: number, most: number): void => {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}; received ${value}.`);
};

/**
 * The options of one listener: options of the listener override options of the transport.
 *
 * @throws RangeError when a number is out of its range
 */
export const listenerOptions = (options: SocketTransportOptions, own: SocketOptions = {}): SocketOptions => {
  const { backlog = options.backlog, unixMode = options.unixMode, unixGroup } = own;
  checkWhole('backlog', backlog, 1, 65_535);
  if (unixMode !== undefined) checkWhole('unixMode', unixMode, 0, 0o777);
  return { backlog, unixMode, unixGroup };
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when a number is out of its range
 */
export const resolveSocketTransportOptions = (given: Partial<SocketTransportOptions> = {}): SocketTransportOptions => {
  const options = { ...socketTransportDefaults, ...given };
  checkWhole('backlog', options.backlog, 1, 65_535);
  checkWhole('keepAliveInitialDelay', options.keepAliveInitialDelay, 0, 2 ** 31 - 1);
  checkWhole('highWaterMark', options.highWaterMark, 1, 2 ** 30);
  if (options.unixMode !== undefined) checkWhole('unixMode', options.unixMode, 0, 0o777);
  return options;
};

/** The high-water mark of a stream is an integer of at least 0; no integer means "no limit". */
export const withinRange = (bytes: number): number => Math.min(Math.max(bytes, 1), 2 ** 30);
