/** Where the development certificate is kept, and what time it is. */
export interface DevCertsOptions {
  /** The folder; by default that of the user, see `storeFolder`. */
  readonly folder?: string;
  /** Time of day in milliseconds since 1970. Default `Date.now`. */
  readonly wallClock?: () => number;
}
