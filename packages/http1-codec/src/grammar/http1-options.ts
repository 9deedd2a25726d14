/** Leniencies of the protocol, all off by default. */
export interface ResolvedHttp1Options {
  /**
   * A request with a target in absolute form may have a Host other than the authority of its target, which then
   * replaces the Host. Default false: such a request is refused with `HTTP1_HOST_MISMATCH`.
   *
   * Risk: a proxy may have routed, cached or authorized the request by the replaced Host.
   *
   * Source: RFC 9112 section 3.2.2; Kestrel `AllowHostHeaderOverride`
   */
  readonly allowHostHeaderOverride: boolean;
}

/** The options as the caller passes them: all are optional. See `ResolvedHttp1Options` for their meaning. */
export type Http1Options = Partial<ResolvedHttp1Options>;

export const http1OptionDefaults: ResolvedHttp1Options = {
  allowHostHeaderOverride: false, // as Kestrel
};
