import type { HttpContext } from '@windhover/http';
import { HostFilteringError } from './errors.ts';

/** Options of `hostFiltering`. */
export interface HostFilteringOptions {
  /**
   * Hosts that are served, without ports: names, IPv4 addresses, IPv6 addresses in brackets, `*.example.com` for all that
   * is below a domain but not the domain itself, `*` for every host that is not empty. At least one.
   */
  readonly allowedHosts: readonly string[];
  /** Whether requests with an empty Host, or as HTTP/1.0 allows with none, are served. Kestrel's default is true. */
  readonly allowEmptyHosts: boolean;
  /** Whether a refusal has a sentence that says why; otherwise it is the status alone. */
  readonly includeFailureMessage: boolean;
  /** Told of each refused request, e.g. to log it. The Host in it is the peer's text: escape it. */
  readonly onRefused: (context: HttpContext) => void;
}

/** What has to be given, and what may be. */
export type GivenHostFilteringOptions = Pick<HostFilteringOptions, 'allowedHosts'> & Partial<HostFilteringOptions>;

export const hostFilteringDefaults: Omit<HostFilteringOptions, 'allowedHosts'> = {
  allowEmptyHosts: false,
  includeFailureMessage: true, // as Kestrel IncludeFailureMessage
  onRefused: () => undefined,
};

/** @throws HostFilteringError `HOST_FILTERING_NO_HOSTS` */
export const resolveHostFilteringOptions = (given: GivenHostFilteringOptions): HostFilteringOptions => {
  if (given.allowedHosts.length === 0) throw new HostFilteringError('HOST_FILTERING_NO_HOSTS');
  return { ...hostFilteringDefaults, ...given };
};
