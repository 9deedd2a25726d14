import { resolve } from 'node:path';
import { withDefaults } from '@windhover/connections';
import type {
  CertificateSettings,
  EndpointDefaultSettings,
  EndpointSettings,
  ProtocolSettings,
  SniSettings,
} from './endpoint-schema.ts';
import type { CertificatePlan, HttpsPlan, HttpsNamePlan } from './host-plan.ts';
import { isPfx } from './settings-rules.ts';

/** The shared inputs for the TLS of all endpoints. */
export interface HttpsContext {
  readonly defaults: EndpointDefaultSettings;
  readonly certificates: Readonly<Record<string, CertificateSettings>>;
  /** Absolute path. */
  readonly contentRoot: string;
}

const applicationProtocols: Readonly<Record<ProtocolSettings, readonly string[]>> = {
  http1: ['http/1.1'],
  http2: ['h2'],
  http1AndHttp2: ['h2', 'http/1.1'],
};

/** ALPN names, in order of preference. */
export const applicationProtocolsOf = (protocols: ProtocolSettings | undefined): readonly string[] | undefined =>
  protocols && applicationProtocols[protocols];

/** The TLS plan of an endpoint. */
export const httpsPlan = (settings: Partial<EndpointSettings>, context: HttpsContext): HttpsPlan => {
  const own = withDefaults(context.defaults, settings);
  const names = Object.entries(settings.sni ?? {}).map(
    ([host, sni]) => [host, namePlan(withClientCertificates(sni, own), context)] as const,
  );
  return {
    ...httpsNamePlan(own, context),
    ...(names.length > 0 && { names: Object.fromEntries(names) }),
    ...(settings.certificate === undefined && defaultCertificate(context)),
  };
};

const defaultCertificate = (context: HttpsContext): Pick<HttpsPlan, 'defaultCertificate'> => {
  const { certificates } = context;
  const certificate = certificates['default'] ?? certificates['development'];
  if (certificate === undefined) return {};
  const isForDevelopment = certificates['default'] === undefined;
  return { defaultCertificate: { files: certificatePlan(certificate, context), isForDevelopment } };
};

/** A name that changes the rules for client certificates keeps the ones of its endpoint that it does not change. */
const withClientCertificates = (sni: SniSettings, endpoint: SniSettings): SniSettings => {
  if (sni.clientCertificateMode === undefined && sni.clientCertificateAuthorities === undefined) return sni;
  const { clientCertificateMode, clientCertificateAuthorities } = endpoint;
  return withDefaults({ clientCertificateMode, clientCertificateAuthorities }, sni);
};

const namePlan = (settings: SniSettings, context: HttpsContext): HttpsNamePlan => {
  const protocols = applicationProtocolsOf(settings.protocols);
  return { ...httpsNamePlan(settings, context), ...(protocols && { applicationProtocols: protocols }) };
};

const httpsNamePlan = (settings: SniSettings, context: HttpsContext): HttpsNamePlan => ({
  ...certificatePlan(settings.certificate, context),
  ...versions(settings.sslProtocols),
  ...clientCertificate(settings, context),
});

const certificatePlan = (
  given: CertificateSettings | string | undefined,
  { certificates, contentRoot }: HttpsContext,
): CertificatePlan => {
  const certificate = typeof given === 'string' ? certificates[given] : given;
  if (certificate === undefined) return {};
  const path = resolve(contentRoot, certificate.path);
  const { keyPath, password } = certificate;
  return {
    ...(isPfx(path) ? { pfx: path } : { certificate: path }),
    ...(keyPath !== undefined && { key: resolve(contentRoot, keyPath) }),
    ...(password !== undefined && { password }),
  };
};

const versions = (protocols: SniSettings['sslProtocols'] = []): HttpsNamePlan => {
  if (protocols.length === 0) return {};
  return {
    minVersion: protocols.includes('tls12') ? 'TLSv1.2' : 'TLSv1.3',
    maxVersion: protocols.includes('tls13') ? 'TLSv1.3' : 'TLSv1.2',
  };
};

const modes = { noCertificate: 'none', allowCertificate: 'allow', requireCertificate: 'require' } as const;

const clientCertificate = (
  { clientCertificateMode, clientCertificateAuthorities }: SniSettings,
  { contentRoot }: HttpsContext,
): HttpsNamePlan => {
  if (clientCertificateMode === undefined) return {};
  const authorities = clientCertificateAuthorities?.map((path) => resolve(contentRoot, path));
  return { clientCertificate: { mode: modes[clientCertificateMode], ...(authorities && { authorities }) } };
};
