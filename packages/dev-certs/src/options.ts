/** Options of all functions. */
export interface DevCertsOptions {
  /** Folder of the certificate. Default: the folder of the user, see `storeFolder`. */
  readonly folder?: string;
  /** Time of day in milliseconds since 1970. Default `Date.now`. */
  readonly wallClock?: () => number;
}
