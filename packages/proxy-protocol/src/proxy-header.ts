import type { Endpoint } from '@windhover/connections';
import type { ProxyTlvs } from './proxy-tlvs.ts';

/** Between whom the connection to the proxy ran. */
export interface ProxiedEndpoints {
  /** The client. */
  readonly source: Endpoint;
  /** Where the client had connected to. */
  readonly destination: Endpoint;
}

/**
 * One header, read and checked.
 *
 * Source: PROXY protocol specification of HAProxy, 2.1 and 2.2.
 */
export interface ProxyHeader {
  readonly version: 1 | 2;
  /** `LOCAL`: the proxy speaks for itself, e.g. to check our health. Version 1 knows `PROXY` only. */
  readonly command: 'PROXY' | 'LOCAL';
  /** What the client had used towards the proxy; `undefined` where the header does not say. */
  readonly transport: 'stream' | 'datagram' | undefined;
  /** `undefined` for `LOCAL`, and for a family that the proxy does not know (`UNKNOWN`, `UNSPEC`). */
  readonly endpoints: ProxiedEndpoints | undefined;
  /** Additional fields of version 2. None for `LOCAL`, whose block the specification has us drop unread. */
  readonly tlvs: ProxyTlvs;
}
