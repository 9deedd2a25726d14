/** Leniencies of the protocol. All are off by default. */
export interface Http2Options {
  /**
   * Accepts requests whose `:scheme` differs from the scheme of the connection, for a proxy that terminates TLS and
   * passes on the scheme of its client. Default false: such a request is malformed.
   *
   * Risk: a client that is not such a proxy can make a request look encrypted.
   *
   * Source: RFC 9113 section 8.3.1; Kestrel `AllowAlternateSchemes`
   */
  readonly allowAlternateSchemes: boolean;
}

export const http2OptionDefaults: Http2Options = {
  allowAlternateSchemes: false, // as Kestrel
};
