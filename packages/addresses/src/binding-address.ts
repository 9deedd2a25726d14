/**
 * One address as it was typed, taken apart. Plain data: it can be compared, cloned and sent.
 *
 * Exactly one of three is there: a `host` that is not empty, a `unixPath`, a `pipeName`.
 *
 * Source: Kestrel `BindingAddress`.
 */
export interface BindingAddress {
  /** As typed, e.g. `http`; any scheme can be parsed, http and https can be bound. */
  readonly scheme: string;
  /** As typed, IPv6 with its brackets: `localhost`, `127.0.0.1`, `[::1]`, `*`. Empty for a socket or pipe. */
  readonly host: string;
  /**
   * 0 to 65535; 0 asks for any free port. Where none was typed: 80 for http, 443 for https, else 0. Always 0 for a
   * socket or pipe.
   */
  readonly port: number;
  /** Empty, or `/` and what follows it without one trailing slash; query text stays inside, as in Kestrel. */
  readonly pathBase: string;
  /** Path of a unix socket; a leading NUL marks an abstract one of Linux, which is typed `unix:@name`. */
  readonly unixPath?: string;
  /** Name of a Windows pipe, without `\\.\pipe\`. */
  readonly pipeName?: string;
}
