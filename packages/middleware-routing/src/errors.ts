/** Every code of a `RoutingError`, with the beginning of its message. */
export const routingErrors = {
  ROUTING_PATTERN_INVALID: 'the pattern of a route must be a path that starts with "/", with parameters such as ":id"',
  ROUTING_METHOD_INVALID: 'the method of a route must be a token in upper case (RFC 9110 9.1)',
  ROUTING_DUPLICATE: 'a route matches the same requests as another route; remove one, or add a constraint',
  ROUTING_PREFIX_INVALID: 'a prefix must start with "/" and must not end with it',
  ROUTING_TOO_LATE: 'the router is already in use; add routes before routing(router)',
  ROUTING_CYCLE: 'a router is mounted in itself',
} as const satisfies Record<`ROUTING_${string}`, string>;

export type RoutingErrorCode = keyof typeof routingErrors;

/** An invalid route or router. Branch on `code`. */
export class RoutingError extends Error {
  override readonly name = 'RoutingError';
  readonly code: RoutingErrorCode;

  constructor(code: RoutingErrorCode, detail: string, options?: ErrorOptions) {
    super(`${routingErrors[code]}: ${detail}`, options);
    this.code = code;
  }
}
