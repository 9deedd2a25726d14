import { type AnyTarget, type BindingTarget, type LocalhostTarget, publishedAddress } from '@windhover/addresses';
import {
  type ConnectionListener,
  type EndPoint,
  type IPEndPoint,
  TransportError,
  formatEndPoint,
} from '@windhover/connections';
import { ServerError } from './errors.ts';
import type { ListenOptions } from './listen-options.ts';
import type { ListenTarget } from './listen-target.ts';

/** How a server binds one end point. */
export type BindEndPoint = (endPoint: EndPoint) => Promise<ConnectionListener>;

/** Told when an address is bound in part, which is worth a warning. */
export type WarnBinding = (message: string) => void;

/**
 * Binds what an end point's options ask for: one listener, or two for `localhost`. When it fails, nothing of it listens.
 *
 * @returns the address to publish
 * @throws TransportError or ServerError
 * Source: Kestrel `AddressBinder`
 */
export const bindTarget = async (
  { target, scheme }: ListenOptions,
  bind: BindEndPoint,
  warn: WarnBinding,
): Promise<string> => {
  switch (target.kind) {
    case 'localhost':
      return bindLocalhost(target, scheme, bind, warn);
    case 'any':
      return bindAny(target, scheme, bind);
    default:
      return published(scheme, target, await bind(target));
  }
};

const published = (scheme: string, target: Exclude<ListenTarget, AnyTarget>, listener: ConnectionListener): string => {
  if (isBindingTarget(target)) return publishedAddress(scheme, target, { port: portOf(listener) });
  return `${scheme}://${formatEndPoint(listener.endPoint)}`;
};

/** What people can type as an address; the others have a name in this process only. */
const isBindingTarget = (target: ListenTarget): target is BindingTarget & ListenTarget =>
  target.kind === 'ip' || target.kind === 'unix' || target.kind === 'pipe' || target.kind === 'localhost';

const portOf = ({ endPoint }: ConnectionListener): number | undefined =>
  endPoint.kind === 'ip' ? endPoint.port : undefined;

// Every interface

/** `[::]` takes IPv4 as well; where there is no IPv6, `0.0.0.0` does alone. */
const bindAny = async (target: AnyTarget, scheme: string, bind: BindEndPoint): Promise<string> => {
  try {
    const listener = await bind({ kind: 'ip', address: '::', port: target.port });
    return publishedAddress(scheme, target, { port: portOf(listener) });
  } catch (error) {
    if (!isFamilyUnavailable(error)) throw error;
    const listener = await bind({ kind: 'ip', address: '0.0.0.0', port: target.port });
    return publishedAddress(scheme, target, { port: portOf(listener), ipv4Only: true });
  }
};

const isFamilyUnavailable = (error: unknown): boolean =>
  error instanceof TransportError &&
  (error.code === 'TRANSPORT_FAMILY_NOT_SUPPORTED' || error.code === 'TRANSPORT_ADDRESS_NOT_AVAILABLE');

// Both loopback addresses

/** A port that is free for IPv4 may be taken for IPv6; then the next free one is tried. */
const maxPortTries = 16;

/**
 * Binds 127.0.0.1 and ::1 with one port. In use on either: an error. Not to be had on one: a warning; on both: an
 * error. Port 0 finds a port that is free on both, which Kestrel refuses to look for.
 */
const bindLocalhost = async (
  target: LocalhostTarget,
  scheme: string,
  bind: BindEndPoint,
  warn: WarnBinding,
): Promise<string> => {
  for (let left = target.port === 0 ? maxPortTries : 1; ; left--) {
    try {
      return published(scheme, target, await bindLoopbacks(target.port, bind, warn));
    } catch (error) {
      if (left === 1 || !isInUse(error)) throw error;
    }
  }
};

/** @returns one of the listeners; their port is the same */
const bindLoopbacks = async (port: number, bind: BindEndPoint, warn: WarnBinding): Promise<ConnectionListener> => {
  const ipv4 = await bindLoopback('127.0.0.1', port, bind);
  const sharedPort = ipv4 instanceof TransportError ? port : portOf(ipv4)!;
  let ipv6: ConnectionListener | TransportError;
  try {
    ipv6 = await bindLoopback('::1', sharedPort, bind);
  } catch (error) {
    if (!(ipv4 instanceof TransportError)) await ipv4.unbind();
    throw error;
  }
  if (ipv4 instanceof TransportError) {
    if (ipv6 instanceof TransportError) {
      throw noLoopback(port, [ipv4, ipv6]);
    }
    warn(`localhost:${port} is bound on ::1 only. ${ipv4.message}`);
    return ipv6;
  }
  if (!(ipv6 instanceof TransportError)) return ipv4;
  warn(`localhost:${sharedPort} is bound on 127.0.0.1 only. ${ipv6.message}`);
  return ipv4;
};

/** A low port is what most often is denied, and that has nothing to do with the interface. */
const noLoopback = (port: number, errors: readonly TransportError[]): Error =>
  errors.find(({ code }) => code === 'TRANSPORT_PERMISSION_DENIED') ??
  new ServerError('SERVER_LOOPBACK_UNAVAILABLE', `localhost:${port}`, { cause: new AggregateError(errors) });

/** @returns the error when this family cannot be had; a port in use is thrown, for it is a mistake */
const bindLoopback = async (
  address: string,
  port: number,
  bind: BindEndPoint,
): Promise<ConnectionListener | TransportError> => {
  const endPoint: IPEndPoint = { kind: 'ip', address, port };
  try {
    return await bind(endPoint);
  } catch (error) {
    if (error instanceof TransportError && !isInUse(error)) return error;
    throw error;
  }
};

const isInUse = (error: unknown): boolean =>
  error instanceof TransportError && error.code === 'TRANSPORT_ADDRESS_IN_USE';
