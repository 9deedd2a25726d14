import { type HostTls, type HttpsPlan } from '@windhover/hosting';
import { ServerError } from '@windhover/server';
import type { HttpsOptions, UseHttps } from '@windhover/tls';
import { devCertsPackage, tlsPackage } from './lazy-packages.ts';
import { ownTicketKeys, shareTicketKeys } from './ticket-keys.ts';

/**
 * TLS of `@windhover/tls`. Endpoints that nobody has configured a certificate for use the development certificate of this
 * user.
 *
 * Source: Kestrel `KestrelServerOptions.ApplyDefaultCertificate`
 */
export const defaultTls: HostTls = {
  shareTicketKeys,
  useHttps: () => Promise.resolve(useHttpsFor),
  developmentCertificate: () => Promise.resolve(developmentCertificate()),
  forAddresses: (defaults) => {
    let use: UseHttps | undefined;
    return (endpoint) => {
      // One for all addresses, which so share their session tickets.
      use ??= useHttpsFor(hasCertificate(defaults) ? defaults : { ...defaults, ...developmentCertificate() });
      use(endpoint);
    };
  },
};

const hasCertificate = ({ certificate, pfx, names }: HttpsPlan): boolean =>
  certificate !== undefined || pfx !== undefined || names !== undefined;

/** @throws ServerError `SERVER_TLS_NOT_CONFIGURED` there is no certificate at all */
const useHttpsFor = (plan: HttpsPlan): UseHttps => {
  if (hasCertificate(plan))
    return tlsPackage().useHttps({ ...(plan as HttpsOptions), sessionTicketKeys: ownTicketKeys() });
  const [problem] = devCertsPackage().checkDevelopmentCertificate().problems;
  throw new ServerError('SERVER_TLS_NOT_CONFIGURED', problem?.message, { cause: problem });
};

const developmentCertificate = (): { readonly certificate: string } | undefined => {
  const { certificate } = devCertsPackage().checkDevelopmentCertificate();
  return certificate && { certificate: certificate.path };
};
