/** Options of `routing`. */
export interface RoutingOptions {
  /**
   * The answer to a request whose path has routes, but none for its method: with `answer` it is 405 with the methods of the
   * path, and for OPTIONS 204 with them; with `pass` the request continues as one without a route.
   */
  readonly otherMethods: 'answer' | 'pass';
}

export const routingDefaults: RoutingOptions = {
  otherMethods: 'answer', // 405 same as ASP.NET Core, which leaves OPTIONS to the application
};
