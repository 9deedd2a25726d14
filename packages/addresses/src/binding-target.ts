import type { BindingAddress } from './binding-address.ts';
import { explained } from './explained.ts';
import { formatBindingAddress } from './format-binding-address.ts';
import { readBindingTarget } from './read-binding-target.ts';

/** Both loopback addresses with one port. */
export interface LocalhostTarget {
  readonly kind: 'localhost';
  /** `localhost` or a name below it, as it is published: `A.dev.localhost`, the last part in lower case. */
  readonly host: string;
  /** 0 to 65535; 0 asks for any free port. */
  readonly port: number;
}

/** One IP address. */
export interface IPTarget {
  readonly kind: 'ip';
  /** Canonical text without brackets: `127.0.0.1`, `::1`, `fe80::1%eth0`; `0.0.0.0` and `::` are every interface. */
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
 * Resolves an address to the target that a server listens on. `localhost` and names below it are the loopback, an IP address
 * is itself, and `*`, `+` and every other host name are every interface.
 *
 * An address object that was not made by the parser is checked as well.
 *
 * @throws AddressError `ADDRESS_SCHEME_UNSUPPORTED`, `ADDRESS_PATH_BASE`, `ADDRESS_IPV4_MAPPED`, `ADDRESS_ZONE_UNUSED`,
 *   `ADDRESS_NOT_UNICAST`; for an object that was not made by the parser any code. `position` is an index into the formatted address, `text`
 *
 * Source: Kestrel `AddressBinder.ParseAddress`.
 */
export const bindingTarget = (address: BindingAddress): BindingTarget =>
  explained(formatBindingAddress(address), () => readBindingTarget(address));
