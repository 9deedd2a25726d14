/** The port to suggest where none was typed that could be kept. Source: the addresses of ASP.NET Core's templates. */
export const usualPort = (scheme: string): number => (isHttps(scheme) ? 5001 : 5000);

/**
 * An address to suggest.
 *
 * @param scheme as typed; anything but https becomes http
 * @param port `undefined` leaves the port out
 */
export const candidateAddress = (scheme: string, host: string, port: number | undefined): string =>
  `${isHttps(scheme) ? 'https' : 'http'}://${host}${port === undefined ? '' : `:${port}`}`;

const isHttps = (scheme: string): boolean => scheme.toLowerCase() === 'https';
