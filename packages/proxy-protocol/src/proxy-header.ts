import type { Endpoint } from '@windhover/connections';
import type { ProxyTlvs } from './proxy-tlvs.ts';

/** The endpoints of the connection between client and proxy. */
export interface ProxiedEndpoints {
  /** The client. */
  readonly source: Endpoint;
  /** The address that the client has connected to. */
  readonly destination: Endpoint;
}

/**
 * One header, read and checked.
 *
 * Source: PROXY protocol specification of HAProxy, 2.1 and 2.2.
 */
export interface ProxyHeader {
  readonly version: 1 | 2;
  /** `LOCAL`: the proxy itself opened the connection, e.g. for a health check. Version 1 only has `PROXY`. */
  readonly command: 'PROXY' | 'LOCAL';
  /** The transport between client and proxy; `undefined` if the header does not name it. */
  readonly transport: 'stream' | 'datagram' | undefined;
  /** `undefined` for `LOCAL`, and for an unknown family (`UNKNOWN`, `UNSPEC`). */
  readonly endpoints: ProxiedEndpoints | undefined;
  /** Additional fields of version 2. Empty for `LOCAL`, whose block must be ignored. */
  readonly tlvs: ProxyTlvs;
}
