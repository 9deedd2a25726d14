/** Every code of a `RoutingError`, with the sentence that its message begins with. */
export const routingErrors = {
  ROUTE_PATTERN_INVALID: 'the pattern of a route is a path that starts with "/", with parameters like ":id"',
  ROUTE_METHOD_INVALID: 'the method of a route is a token in upper case (RFC 9110 9.1)',
  ROUTE_DUPLICATE: 'a route matches the same requests as another; take one away, or tell them apart by a constraint',
  ROUTE_PREFIX_INVALID: 'a prefix starts with "/" and does not end with it',
  ROUTE_TOO_LATE: 'the router is in use already and takes no more routes; add them before routing(router)',
  ROUTE_CYCLE: 'a router is mounted in itself',
} as const satisfies Record<`ROUTE_${string}`, string>;

export type RoutingErrorCode = keyof typeof routingErrors;

/** A route that cannot be. Callers branch on `code`. */
export class RoutingError extends Error {
  override readonly name = 'RoutingError';
  readonly code: RoutingErrorCode;

  constructor(code: RoutingErrorCode, detail: string, options?: ErrorOptions) {
    super(`${routingErrors[code]}: ${detail}`, options);
    this.code = code;
  }
}
