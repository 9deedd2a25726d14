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
  /** `LOCAL`: the connection is of the proxy itself, e.g. a health check. Version 1 has `PROXY` only. */
  readonly command: 'PROXY' | 'LOCAL';
  /** The transport between client and proxy; `undefined` when the header does not name it. */
  readonly transport: 'stream' | 'datagram' | undefined;
  /** `undefined` for `LOCAL`, and for an unknown family (`UNKNOWN`, `UNSPEC`). */
  readonly endpoints: ProxiedEndpoints | undefined;
  /** Additional fields of version 2. None for `LOCAL`, whose block the specification says to ignore. */
  readonly tlvs: ProxyTlvs;
}
