import type { HttpsProvider, EndpointHttpsSettings } from '@windhover/hosting';
import { ServerError } from '@windhover/server';
import type { HttpsOptions } from '@windhover/tls';
import { devCertsPackage } from './lazy-packages.ts';
import { shareTicketKeys } from './ticket-keys.ts';
import { optionsOf, useHttps } from './use-https.ts';

/**
 * TLS of `@windhover/tls`, and the development certificate of this user for endpoints that have no other.
 *
 * Source: Kestrel `KestrelServerOptions.ApplyDefaultCertificate`
 */
export const defaultHttps: HttpsProvider = {
  shareTicketKeys,
  useHttps: (settings: EndpointHttpsSettings) => useHttps(settings as HttpsOptions),
  extend: (program, settings) => {
    const options = optionsOf(program);
    return options && useHttps({ ...options, ...settings } as HttpsOptions);
  },
  developmentCertificate: () => {
    const { certificate, problems } = devCertsPackage().checkDevelopmentCertificate();
    if (certificate !== undefined) return { certificate: certificate.path };
    const [problem] = problems;
    throw new ServerError('SERVER_TLS_NOT_CONFIGURED', problem?.message, { cause: problem });
  },
};
