/** Leniencies of the protocol. Each is off: a server that needs one turns it on by name, and knows what it costs. */
export interface Http1Options {
  /**
   * A request whose target is in absolute form may have another Host than the authority of its target, which then
   * takes the Host's place. Default false: such a request is refused with `HTTP1_HOST_MISMATCH`.
   *
   * The risk: a proxy in front may have routed, cached or authorized the request by the Host that is dropped here.
   *
   * Source: RFC 9112 section 3.2.2; Kestrel `AllowHostHeaderOverride`
   */
  readonly allowHostHeaderOverride: boolean;
}

export const http1OptionDefaults: Http1Options = {
  allowHostHeaderOverride: false, // as Kestrel
};
