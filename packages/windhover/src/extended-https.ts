import type { HttpsOptions, NameOptions } from '@windhover/tls';

/** A certificate is replaced as a whole: a key of another source does not belong to it. */
const noCertificate = {
  pfx: undefined,
  certificate: undefined,
  key: undefined,
  chain: undefined,
  password: undefined,
} as const satisfies NameOptions;

/**
 * The options of code with the settings of an endpoint. A setting overrides only its own option: the other options of code
 * apply to the endpoint as well, e.g. its rules for client certificates.
 *
 * Source: Kestrel `KestrelConfigurationLoader`, which applies `ConfigureHttpsDefaults` to every endpoint
 */
export const extendedHttps = (code: HttpsOptions, settings: HttpsOptions): HttpsOptions => {
  const { names = {} } = settings;
  const extended = Object.entries(names).map(([name, own]) => [name, extend(code.names?.[name] ?? {}, own)] as const);
  return {
    ...extend(code, settings),
    ...(settings.names && { names: { ...code.names, ...Object.fromEntries(extended) } }),
  };
};

const extend = <O extends NameOptions>(code: O, settings: O): O => {
  const hasCertificate = settings.certificate !== undefined || settings.pfx !== undefined;
  const clientCertificate = settings.clientCertificate && { ...code.clientCertificate, ...settings.clientCertificate };
  return {
    ...code,
    ...(hasCertificate && noCertificate),
    ...settings,
    ...(clientCertificate && { clientCertificate }),
  };
};
