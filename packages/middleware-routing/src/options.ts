/** Options of `routing`. */
export interface ResolvedRoutingOptions {
  /**
   * Handling of a request whose path has routes, but none for its method. `respond` responds with 405 and the allowed
   * methods, or with 204 and the methods for OPTIONS; `pass` continues as for a request without a route.
   */
  readonly methodMismatch: 'respond' | 'pass';
}

/** The options as the caller passes them: all are optional. See `ResolvedRoutingOptions` for their meaning. */
export type RoutingOptions = Partial<ResolvedRoutingOptions>;

export const routingDefaults: ResolvedRoutingOptions = {
  methodMismatch: 'respond', // 405 same as ASP.NET Core, which leaves OPTIONS to the application
};
