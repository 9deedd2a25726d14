/** Options of `routing`. */
export interface RoutingOptions {
  /**
   * Handling of a request whose path has routes, but none for its method. `answer` responds with 405 and the allowed
   * methods, or with 204 and the methods for OPTIONS; `pass` continues as for a request without a route.
   */
  readonly otherMethods: 'answer' | 'pass';
}

export const routingDefaults: RoutingOptions = {
  otherMethods: 'answer', // 405 same as ASP.NET Core, which leaves OPTIONS to the application
};
