import type { ConnectionBuilder } from '@windhover/connections';
import { ServerError } from '@windhover/server';
import type { CertificatePlan, HttpsPlan } from './host-plan.ts';

/** Adds TLS to an endpoint. */
export type ConfigureTls = (endpoint: ConnectionBuilder) => void;

/** Where TLS comes from. Asked when an endpoint first needs it, so that a host without one loads none. */
export interface TlsParts {
  /** Gives `useHttps` of `@windhover/tls`, or something like it. */
  useHttps(): Promise<(options: HttpsPlan) => ConfigureTls>;
  /** For endpoints that no certificate was given for; `undefined` where there is none. */
  developmentCertificate?(): Promise<CertificatePlan | undefined>;
}

/**
 * Makes what adds TLS to an endpoint.
 *
 * @param url for the error
 * @throws ServerError `SERVER_TLS_NOT_CONFIGURED` there are no parts
 */
export const configureTls = async (
  plan: HttpsPlan,
  url: string,
  parts: TlsParts | undefined,
): Promise<ConfigureTls> => {
  if (parts === undefined) throw new ServerError('SERVER_TLS_NOT_CONFIGURED', url);
  const useHttps = await parts.useHttps();
  if (plan.certificate !== undefined || plan.pfx !== undefined) return useHttps(plan);
  return useHttps({ ...plan, ...(await parts.developmentCertificate?.()) });
};
