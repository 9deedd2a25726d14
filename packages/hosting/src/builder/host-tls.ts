import type { ConfigureTls, HttpsPlan, TlsParts } from '../settings/index.ts';

/** Where a host gets TLS from: a package of its own, so that hosts without TLS need none. */
export interface HostTls extends TlsParts {
  /**
   * For addresses with https that no endpoint of the settings stands for.
   *
   * @param defaults what the settings say for all endpoints, the certificate by default among it
   */
  forAddresses(defaults: HttpsPlan): ConfigureTls;
  /** Takes the 48 bytes that all processes of the application seal session tickets with; again whenever they change. */
  shareTicketKeys?(keys: Uint8Array): void;
}
