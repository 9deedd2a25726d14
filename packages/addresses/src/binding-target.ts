import type { BindingAddress } from './binding-address.ts';
import { explained } from './explained.ts';
import { formatBindingAddress } from './format-binding-address.ts';
import { readBindingTarget } from './read-binding-target.ts';

/** Both loopback addresses with one port. */
export interface LocalhostTarget {
  readonly kind: 'localhost';
  /** The published host: `localhost` or a name below it, e.g. `A.dev.localhost`, with the last part in lower case. */
  readonly host: string;
  /** 0 to 65535; 0 asks for any free port. */
  readonly port: number;
}

/** One IP address. */
export interface IPTarget {
  readonly kind: 'ip';
  /** Canonical text without brackets: `127.0.0.1`, `::1`, `fe80::1%eth0`; `0.0.0.0` and `::` mean every interface. */
  readonly address: string;
  /** 0 to 65535; 0 asks for any free port. */
  readonly port: number;
}

/** Every interface, IPv6 and IPv4. */
export interface AnyTarget {
  readonly kind: 'any';
  /** 0 to 65535; 0 asks for any free port. */
  readonly port: number;
}

/** A unix socket. */
export interface UnixTarget {
  readonly kind: 'unix';
  /** File path; a leading NUL marks an abstract socket of Linux. */
  readonly path: string;
}

/** A Windows named pipe. */
export interface PipeTarget {
  readonly kind: 'pipe';
  /** Without `\\.\pipe\`. */
  readonly name: string;
}

/** The target that a server listens on for an address, discriminated by `kind`. */
export type BindingTarget = LocalhostTarget | IPTarget | AnyTarget | UnixTarget | PipeTarget;

/**
 * Resolves an address to the target that a server listens on. `localhost` and names below it resolve to the loopback,
 * an IP address to itself, and `*`, `+` and all other host names to every interface.
 *
 * Address objects not created by the parser are checked as well.
 *
 * @throws AddressError `ADDRESS_SCHEME_UNSUPPORTED`, `ADDRESS_PATH_BASE`, `ADDRESS_IPV4_MAPPED`, `ADDRESS_ZONE_UNUSED`,
 *   `ADDRESS_NOT_UNICAST`; any code for an object not created by the parser. `position` is an index into the formatted
 *   address, `text`
 *
 * Source: Kestrel `AddressBinder.ParseAddress`.
 */
export const bindingTarget = (address: BindingAddress): BindingTarget =>
  explained(formatBindingAddress(address), () => readBindingTarget(address));
