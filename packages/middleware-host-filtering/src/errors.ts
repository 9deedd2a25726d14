/** Every code of a `HostFilteringError`, with the sentence that its message begins with. */
export const hostFilteringErrors = {
  HOST_FILTERING_NO_HOSTS: 'allowedHosts is empty, so every request would be refused; name the hosts, or "*" for all',
  HOST_FILTERING_PORT: 'an allowed host has no port, since ports are not compared; leave it out',
  HOST_FILTERING_WILDCARD: 'a wildcard is "*" for every host, or stands for all in front of a domain: "*.example.com"',
  HOST_FILTERING_HOST_INVALID:
    'an allowed host is a name, an IPv4 address or an IPv6 address in brackets, without scheme and path',
} as const satisfies Record<`HOST_FILTERING_${string}`, string>;

export type HostFilteringErrorCode = keyof typeof hostFilteringErrors;

/** An option of `hostFiltering` that cannot be meant. Callers branch on `code`. */
export class HostFilteringError extends Error {
  override readonly name = 'HostFilteringError';
  readonly code: HostFilteringErrorCode;

  constructor(code: HostFilteringErrorCode, given?: string) {
    super(given === undefined ? hostFilteringErrors[code] : `${hostFilteringErrors[code]}: ${JSON.stringify(given)}`);
    this.code = code;
  }
}
