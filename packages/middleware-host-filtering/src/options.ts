import { type HttpContext, resolveOptions } from '@windhover/http';
import { HostFilteringError } from './errors.ts';

/** Options of `hostFiltering`. */
export interface ResolvedHostFilteringOptions {
  /**
   * Hosts that are served, without ports: names, IPv4 addresses, IPv6 addresses in brackets, `*.example.com` for all
   * names below a domain but not the domain itself, `*` for every non-empty host. At least one.
   */
  readonly allowedHosts: readonly string[];
  /** Whether requests with an empty Host, or without a Host (HTTP/1.0), are served. Kestrel's default is true. */
  readonly allowEmptyHosts: boolean;
  /** Whether a refusal has a text as content. */
  readonly includeFailureMessage: boolean;
  /** Called with each refused request, e.g. to log it. Its Host is text from the peer: escape it. */
  readonly onRefused: (context: HttpContext) => void | Promise<void>;
}

/** The options as passed by the caller: `allowedHosts` is required. */
export type HostFilteringOptions = Pick<ResolvedHostFilteringOptions, 'allowedHosts'> &
  Partial<ResolvedHostFilteringOptions>;

export const hostFilteringDefaults: Omit<ResolvedHostFilteringOptions, 'allowedHosts'> = {
  allowEmptyHosts: false,
  includeFailureMessage: true, // same as ASP.NET Core IncludeFailureMessage
  onRefused: () => undefined,
};

/** @throws HostFilteringError `HOST_FILTERING_NO_HOSTS` */
export const resolveHostFilteringOptions = (given: HostFilteringOptions): ResolvedHostFilteringOptions => {
  const options = resolveOptions('hostFiltering', hostFilteringDefaults, given, {
    kinds: { allowedHosts: 'strings' },
    required: ['allowedHosts'],
  });
  if (options.allowedHosts.length === 0) throw new HostFilteringError('HOST_FILTERING_NO_HOSTS');
  return options;
};
