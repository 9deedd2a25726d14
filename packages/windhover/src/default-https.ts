import type { HttpsProvider, EndpointHttpsSettings } from '@windhover/hosting';
import { ServerError } from '@windhover/server';
import type { HttpsOptions } from '@windhover/tls';
import { CommandError } from './command-error.ts';
import { extendedHttps } from './extended-https.ts';
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
    return options && useHttps(extendedHttps(options, settings));
  },
  developmentCertificate: (endpoint) => developmentCertificate(endpoint),
};

/**
 * This user's development certificate.
 *
 * @param endpoint its name, for the message of the error
 * @param loadPackage for tests
 * @throws ServerError `SERVER_TLS_NOT_CONFIGURED` there is none; the message says how to get a certificate
 */
export const developmentCertificate = (
  endpoint: string,
  loadPackage: () => ReturnType<typeof devCertsPackage> = devCertsPackage,
): { certificate: string } => {
  let cause: unknown;
  try {
    const { certificate, problems } = loadPackage().checkDevelopmentCertificate();
    if (certificate !== undefined) return { certificate: certificate.path };
    [cause] = problems;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    cause = error;
  }
  const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : 'there is no development certificate';
  const detail = `${endpoint}: server.certificates.default names no certificate, and ${reason}`;
  throw new ServerError('SERVER_TLS_NOT_CONFIGURED', detail, { cause });
};
