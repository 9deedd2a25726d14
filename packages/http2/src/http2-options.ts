/** Leniencies of the protocol. All are off by default. */
export interface ResolvedHttp2Options {
  /**
   * Accepts requests whose `:scheme` differs from the scheme of the connection, for a proxy that terminates TLS and
   * passes on the scheme of its client. The handler sees that scheme, in lower case. Default false: such a request is
   * malformed.
   *
   * Risk: a client that is not such a proxy can make a request look encrypted.
   *
   * Source: RFC 9113 section 8.3.1; Kestrel `AllowAlternateSchemes`
   */
  readonly allowAlternateSchemes: boolean;
}

/** The options as the caller passes them: all are optional. See `ResolvedHttp2Options` for their meaning. */
export type Http2Options = Partial<ResolvedHttp2Options>;

export const http2OptionDefaults: ResolvedHttp2Options = {
  allowAlternateSchemes: false, // as Kestrel
};
