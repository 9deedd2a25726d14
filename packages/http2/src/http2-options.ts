/** Leniencies of the protocol. Each is off. */
export interface Http2Options {
  /**
   * Requests may have another `:scheme` than the connection: a proxy in front has taken the TLS off and passes on the
   * scheme of its client. Default false: such a request is malformed.
   *
   * The risk: a client that is not such a proxy can make a request look encrypted.
   *
   * Source: RFC 9113 section 8.3.1; Kestrel `AllowAlternateSchemes`
   */
  readonly allowAlternateSchemes: boolean;
}

export const http2OptionDefaults: Http2Options = {
  allowAlternateSchemes: false, // as Kestrel
};
