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

/** What a server listens on for an address, told apart by `kind`. */
export type BindingTarget = LocalhostTarget | IPTarget | AnyTarget | UnixTarget | PipeTarget;

/**
 * Says what a server listens on for an address. `localhost` and names below it are the loopback, an IP address is
 * itself, `*`, `+` and every other host name is every interface; never is it wider than what was typed.
 *
 * An address that was made by hand is held to the grammar as well.
 *
 * @throws AddressError `ADDRESS_SCHEME_UNSUPPORTED`, `ADDRESS_PATH_BASE`, `ADDRESS_IPV4_MAPPED`, `ADDRESS_ZONE_UNUSED`,
 *   `ADDRESS_NOT_UNICAST`; for one made by hand any code. `position` is an index into the formatted address, `text`
 *
 * Source: Kestrel `AddressBinder.ParseAddress`.
 */
export const bindingTarget = (address: BindingAddress): BindingTarget =>
  explained(formatBindingAddress(address), () => readBindingTarget(address));
