import { checkAboveZero, resolveOptions } from '@windhover/connections';
import { maxV1LineSize } from './v1-line.ts';
import { maxV2HeaderSize } from './v2-header.ts';

/** Options of `proxyProtocol`. */
export interface ResolvedProxyProtocolOptions {
  /**
   * Peers that may send a header: IP addresses and networks in CIDR notation (`10.0.0.0/8`, `fd00::/8`), `loopback`,
   * `private`, and `unix`, `pipe` or `memory` for all connections over such a transport. `all` trusts every peer, which
   * can then claim any address: only for an endpoint that only the proxy can reach.
   */
  readonly trustedSources: 'all' | readonly string[];
  /**
   * `required`: a trusted source must begin with a header. `off`: no header is read. There is no optional mode, because
   * a client could then send its own header.
   */
  readonly mode: 'required' | 'off';
  /**
   * Handling of a connection from another source. `refuse` aborts it: on an endpoint for proxies, a client that
   * bypasses them indicates a mistake in the network. `pass` passes it on unread, with its real address.
   */
  readonly untrusted: 'refuse' | 'pass';
  /** Milliseconds from the connection to the end of the header; `Infinity` for no limit. */
  readonly timeout: number;
  /** Maximum size in bytes of a version 2 header, 107 to 65551; version 1 is always limited to 107. */
  readonly maxHeaderSize: number;
}

/** Options of `proxyProtocol` as passed by the caller; options with a default are optional. */
export type ProxyProtocolOptions = Pick<ResolvedProxyProtocolOptions, 'trustedSources'> &
  Partial<ResolvedProxyProtocolOptions>;

export const proxyProtocolDefaults: Omit<ResolvedProxyProtocolOptions, 'trustedSources'> = {
  mode: 'required',
  untrusted: 'refuse',
  timeout: 5000, // ms; the specification requires at least 3 s, for the retransmission of a lost segment
  maxHeaderSize: 4096, // bytes; as nginx `NGX_PROXY_PROTOCOL_MAX_HEADER`
};

/**
 * Fills in the defaults.
 *
 * @throws TypeError for an unknown option, and for a value of a wrong type
 * @throws RangeError if an option is out of its range
 */
export const resolveProxyProtocolOptions = (given: ProxyProtocolOptions): ResolvedProxyProtocolOptions => {
  const options = resolveOptions('proxyProtocol', proxyProtocolDefaults, given, {
    kinds: {
      trustedSources: ['strings', 'all'],
      mode: ['choice', 'required', 'off'],
      untrusted: ['choice', 'refuse', 'pass'],
    },
    required: ['trustedSources'],
  });
  checkAboveZero('timeout', options.timeout);
  checkHeaderSize(options.maxHeaderSize);
  return options;
};

const checkHeaderSize = (size: number): void => {
  if (Number.isSafeInteger(size) && size >= maxV1LineSize && size <= maxV2HeaderSize) return;
  throw new RangeError(
    `maxHeaderSize must be an integer from ${maxV1LineSize} to ${maxV2HeaderSize}; received ${size}.`,
  );
};
