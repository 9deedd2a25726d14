import { type BindOptions, type SocketOptions, resolveOptions } from '@windhover/connections';
import type { AcceptObserver } from './accept-watch.ts';
import type { AcceptedSocketOptions } from './reused-read-buffer.ts';

/** Options of the socket transport. `connectSocket` takes the options that do not concern listening. */
export interface ResolvedSocketTransportOptions extends AcceptObserver {
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

/** The options as the caller passes them: all are optional. See `ResolvedSocketTransportOptions` for their meaning. */
export type SocketTransportOptions = Partial<ResolvedSocketTransportOptions>;

/** Bytes; the high-water mark of a stream is an integer. */
const mostQueued = 2 ** 30;

export const socketTransportDefaults: ResolvedSocketTransportOptions = {
  backlog: 512, // connections; as Kestrel SocketTransportOptions.Backlog
  reusePort: false, // as net.Server.listen
  noDelay: true, // as Kestrel SocketTransportOptions.NoDelay
  keepAlive: false, // as net.createServer
  keepAliveInitialDelay: 0, // ms; as net.createServer
  highWaterMark: 64 * 1024, // bytes; as Kestrel MaxWriteBufferSize
};

const checkWhole = (name: keyof ResolvedSocketTransportOptions, value: number, least: number, most: number): void => {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}; received ${value}.`);
};

const checkListener = ({ backlog, unixMode }: Pick<ResolvedSocketTransportOptions, 'backlog' | 'unixMode'>): void => {
  checkWhole('backlog', backlog, 1, 65_535);
  if (unixMode !== undefined) checkWhole('unixMode', unixMode, 0, 0o777);
};

/**
 * The options of one listener: options of the listener override options of the transport.
 *
 * @throws RangeError when a number is out of its range
 */
export const listenerOptions = (options: ResolvedSocketTransportOptions, own: SocketOptions = {}): SocketOptions => {
  const { backlog = options.backlog, unixMode = options.unixMode, unixGroup } = own;
  checkListener({ backlog, unixMode });
  return { backlog, unixMode, unixGroup };
};

/**
 * Fills in the defaults.
 *
 * @throws RangeError when a number is out of its range
 */
export const resolveSocketTransportOptions = (given: SocketTransportOptions = {}): ResolvedSocketTransportOptions => {
  const options = resolveOptions('SocketTransport', socketTransportDefaults, given, {
    kinds: { unixMode: 'any', onAcceptError: 'function', onAcceptRecovered: 'function' },
  });
  checkListener(options);
  checkWhole('keepAliveInitialDelay', options.keepAliveInitialDelay, 0, 2 ** 31 - 1);
  checkWhole('highWaterMark', options.highWaterMark, 1, mostQueued);
  return options;
};

/** The options of accepted sockets. `maxWriteBufferSize` overrides the high-water mark and may be 0 or infinite. */
export const acceptedSocketOptions = (
  options: ResolvedSocketTransportOptions,
  { maxWriteBufferSize }: BindOptions = {},
): AcceptedSocketOptions => {
  const highWaterMark = maxWriteBufferSize ?? options.highWaterMark;
  return { ...options, highWaterMark: Math.min(Math.max(highWaterMark, 1), mostQueued) };
};
