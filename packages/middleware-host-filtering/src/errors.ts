import { receivedText } from '@windhover/http';

/** Every code of a `HostFilteringError`, with the beginning of its message. */
export const hostFilteringErrors = {
  HOST_FILTERING_NO_HOSTS: 'allowedHosts is empty, so every request would be refused; list the hosts, or "*" for all',
  HOST_FILTERING_PORT: 'an allowed host must not have a port, because ports are not compared; remove it',
  HOST_FILTERING_WILDCARD: 'a wildcard must be "*" for every host, or the beginning of "*.example.com"',
  HOST_FILTERING_HOST_INVALID:
    'an allowed host must be a name, an IPv4 address or an IPv6 address in brackets, without scheme and path',
} as const satisfies Record<`HOST_FILTERING_${string}`, string>;

export type HostFilteringErrorCode = keyof typeof hostFilteringErrors;

/** An invalid option of `hostFiltering`. Branch on `code`. */
export class HostFilteringError extends Error {
  override readonly name = 'HostFilteringError';
  readonly code: HostFilteringErrorCode;

  constructor(code: HostFilteringErrorCode, given?: string) {
    super(
      given === undefined ? hostFilteringErrors[code] : `${hostFilteringErrors[code]}; received ${receivedText(given)}`,
    );
    this.code = code;
  }
}
