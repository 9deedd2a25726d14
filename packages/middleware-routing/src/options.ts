/** Options of `routing`. */
export interface RoutingOptions {
  /**
   * What becomes of a request whose path has routes, but none for its method: `answer` says 405 with the methods that
   * there are, and answers OPTIONS with them; `pass` hands it on as one without a route.
   */
  readonly otherMethods: 'answer' | 'pass';
}

export const routingDefaults: RoutingOptions = {
  otherMethods: 'answer', // 405 as ASP.NET Core, which leaves OPTIONS to the application
};
