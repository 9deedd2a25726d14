import { type AnyTarget, type BindingTarget, type LocalhostTarget, publishedAddress } from '@windhover/addresses';
import { type ConnectionListener, type Endpoint, TransportError, formatEndpoint } from '@windhover/connections';
import { ServerError } from '../errors.ts';
import type { ListenOptions } from './listen-options.ts';
import type { ListenTarget } from './listen-target.ts';

/** Binds and unbinds the listeners of one endpoint. */
export interface EndpointBinder {
  bind(endpoint: Endpoint): Promise<ConnectionListener>;
  /** Closes a listener that `bind` returned; it never rejects. */
  giveBack(listener: ConnectionListener): Promise<void>;
  /** Called when an address is bound on one of its two families only. */
  inform(message: string): void;
}

/**
 * Binds the target of an endpoint: one listener, or two for `localhost`. When it fails, the caller closes the listeners
 * that were bound.
 *
 * @returns the address to publish
 * @throws TransportError or ServerError
 * Source: Kestrel `AddressBinder`
 */
export const bindTarget = async ({ target, scheme }: ListenOptions, binder: EndpointBinder): Promise<string> => {
  switch (target.kind) {
    case 'localhost':
      return bindLocalhost(target, scheme, binder);
    case 'any':
      return bindAny(target, scheme, binder);
    default:
      return published(scheme, target, await binder.bind(target));
  }
};

const published = (scheme: string, target: Exclude<ListenTarget, AnyTarget>, listener: ConnectionListener): string => {
  if (isBindingTarget(target)) return publishedAddress(scheme, target, { port: portOf(listener) });
  return `${scheme}://${formatEndpoint(listener.endpoint)}`;
};

/** Targets that have an address as text; all others have a name in this process only. */
const isBindingTarget = (target: ListenTarget): target is BindingTarget & ListenTarget =>
  target.kind === 'ip' || target.kind === 'unix' || target.kind === 'pipe' || target.kind === 'localhost';

const portOf = ({ endpoint }: ConnectionListener): number | undefined =>
  endpoint.kind === 'ip' ? endpoint.port : undefined;

// Every interface

/** `[::]` covers IPv4, too. Without IPv6 support, `0.0.0.0` is bound instead. */
const bindAny = async (target: AnyTarget, scheme: string, binder: EndpointBinder): Promise<string> => {
  try {
    const listener = await binder.bind({ kind: 'ip', address: '::', port: target.port });
    return publishedAddress(scheme, target, { port: portOf(listener) });
  } catch (error) {
    if (!isFamilyUnavailable(error)) throw error;
    const listener = await binder.bind({ kind: 'ip', address: '0.0.0.0', port: target.port });
    return publishedAddress(scheme, target, { port: portOf(listener), ipv4Only: true });
  }
};

const isFamilyUnavailable = (error: unknown): boolean =>
  error instanceof TransportError &&
  (error.code === 'TRANSPORT_FAMILY_NOT_SUPPORTED' || error.code === 'TRANSPORT_ADDRESS_NOT_AVAILABLE');

// Both loopback addresses

/** Attempts to find a port that is free on both loopback addresses. */
const maxPortTries = 16;

const loopbacks = ['127.0.0.1', '::1'];

/**
 * Binds 127.0.0.1 and ::1 with one port. If the port is in use on either, that is an error. If one address is
 * unavailable, it is logged; if both are, that is an error. Port 0 selects a port that is free on both; Kestrel rejects
 * port 0 here.
 */
const bindLocalhost = async (target: LocalhostTarget, scheme: string, binder: EndpointBinder): Promise<string> => {
  const tries = target.port === 0 ? maxPortTries : 1;
  for (let tried = 1; ; tried++) {
    // The families take turns in choosing the port: a port that the system prefers for one may be in use on the other.
    const addresses = tried % 2 === 1 ? loopbacks : loopbacks.toReversed();
    try {
      return published(scheme, target, await bindLoopbacks(addresses, target.port, binder));
    } catch (error) {
      if (tried === tries || !isInUse(error)) throw error;
    }
  }
};

/** @returns one of the listeners; both have the same port */
const bindLoopbacks = async (
  addresses: readonly string[],
  requestedPort: number,
  binder: EndpointBinder,
): Promise<ConnectionListener> => {
  const listeners = new Map<string, ConnectionListener>();
  const errors: TransportError[] = [];
  let port = requestedPort;
  for (const address of addresses) {
    try {
      const listener = await binder.bind({ kind: 'ip', address, port });
      listeners.set(address, listener);
      port = portOf(listener)!;
    } catch (error) {
      // An unavailable family is skipped; a port in use is an error.
      if (!(error instanceof TransportError) || isInUse(error)) {
        await Promise.all([...listeners.values()].map((listener) => binder.giveBack(listener)));
        throw error;
      }
      errors.push(error);
    }
  }
  const [bound] = listeners;
  if (bound === undefined) throw noLoopback(requestedPort, errors);
  const [address, listener] = bound;
  for (const { message } of errors) binder.inform(`localhost:${port} is bound on ${address} only. ${message}`);
  return listener;
};

/** A denied low port is the most common cause and is reported as such: the interface is not at fault. */
const noLoopback = (port: number, errors: readonly TransportError[]): Error =>
  errors.find(({ code }) => code === 'TRANSPORT_PERMISSION_DENIED') ??
  new ServerError('SERVER_LOOPBACK_UNAVAILABLE', `localhost:${port}`, { cause: new AggregateError(errors) });

const isInUse = (error: unknown): boolean =>
  error instanceof TransportError && error.code === 'TRANSPORT_ADDRESS_IN_USE';
