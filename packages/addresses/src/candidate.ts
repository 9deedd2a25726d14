/** The port to suggest if the address has no usable port. Source: the addresses of ASP.NET Core's templates. */
export const usualPort = (scheme: string): number => (isHttps(scheme) ? 5001 : 5000);

/**
 * Makes an address to suggest.
 *
 * @param scheme as typed; every scheme except https becomes http
 * @param port `undefined` for an address without a port
 */
export const candidateAddress = (scheme: string, host: string, port: number | undefined): string =>
  `${isHttps(scheme) ? 'https' : 'http'}://${host}${port === undefined ? '' : `:${port}`}`;

const isHttps = (scheme: string): boolean => scheme.toLowerCase() === 'https';
