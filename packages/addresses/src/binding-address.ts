/**
 * A parsed address. Plain data: it can be compared, cloned and sent to other processes.
 *
 * Has exactly one of three: a `host` that is not empty, a `unixPath`, or a `pipeName`.
 *
 * Source: Kestrel `BindingAddress`.
 */
export interface BindingAddress {
  /** As typed, e.g. `http`. Any scheme can be parsed; http and https can be bound. */
  readonly scheme: string;
  /** As typed, IPv6 with its brackets: `localhost`, `127.0.0.1`, `[::1]`, `*`. Empty for a socket or pipe. */
  readonly host: string;
  /**
   * 0 to 65535; 0 asks for any free port. Default: 80 for http, 443 for https, else 0. Always 0 for a socket or pipe.
   */
  readonly port: number;
  /** Empty, or `/` and the text after it without one trailing slash. Includes query text, as in Kestrel. */
  readonly pathBase: string;
  /** Path of a unix socket; a leading NUL marks an abstract socket of Linux, which is written `unix:@name`. */
  readonly unixPath?: string;
  /** Name of a Windows pipe, without `\\.\pipe\`. */
  readonly pipeName?: string;
}
