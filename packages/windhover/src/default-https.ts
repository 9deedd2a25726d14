import type { HttpsProvider, EndpointHttpsSettings } from '@windhover/hosting';
import { ServerError } from '@windhover/server';
import type { HttpsOptions } from '@windhover/tls';
import { CommandError } from './command-error.ts';
import { devCertsPackage } from './lazy-packages.ts';
import { shareTicketKeys } from './ticket-keys.ts';
import { optionsOf, useHttps } from './use-https.ts';

/**
 * Provides TLS of `@windhover/tls`, and this user's development certificate for endpoints without another one.
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
  developmentCertificate: (endpoint: string) => {
    let cause: unknown;
    try {
      const { certificate, problems } = devCertsPackage().checkDevelopmentCertificate();
      if (certificate !== undefined) return { certificate: certificate.path };
      [cause] = problems;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      cause = error;
    }
    const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : 'there is no development certificate';
    const detail = `${endpoint}: server.certificates.default names no certificate, and ${reason}`;
    throw new ServerError('SERVER_TLS_NOT_CONFIGURED', detail, { cause });
  },
};
