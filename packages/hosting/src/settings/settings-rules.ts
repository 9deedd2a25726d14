import { parseBindingAddress, sameBindingAddress } from '@windhover/addresses';
import type { CheckRules, RuleCheck } from '@windhover/configuration';
import type { CertificateSettings, EndpointDefaultSettings, EndpointSettings } from './endpoint-schema.ts';
import { type SettingsErrorCode, settingsErrors } from './settings-errors.ts';
import type { HostSettings } from './schema.ts';

type Report = (code: SettingsErrorCode, ...key: string[]) => void;

/** Rules between settings, most of which Kestrel has, too. Every violation is reported. */
export const checkSettings: CheckRules<HostSettings> = (settings, check) => {
  const report: Report = (code, ...key) => check.report({ code, key, message: settingsErrors[code] });
  checkPlaces(check, report);
  checkLimits(settings, report);
  const { endpoints, endpointDefaults, certificates } = settings.server;
  for (const [name, endpoint] of Object.entries(endpoints)) {
    checkEndpoint(name, endpoint, certificates, report);
    checkAuthorities(name, endpoint, endpointDefaults, report);
  }
  checkDefaultAuthorities(endpointDefaults, Object.values(endpoints), report);
  for (const [name, certificate] of Object.entries(certificates)) {
    checkCertificate(certificate, certificates, report, 'server', 'certificates', name);
  }
  checkAddresses(endpoints, report);
};

/** These two keys determine which files are read. */
const checkPlaces = ({ sourceOf }: RuleCheck, report: Report): void => {
  for (const key of ['environment', 'contentRoot']) {
    if (sourceOf([key]).kind === 'file') report('HOSTING_SETTINGS_KEY_IN_FILE', key);
  }
};

/** A request head within its limits must fit into the buffer; otherwise it could never be read. */
const checkLimits = ({ server: { limits } }: HostSettings, report: Report): void => {
  const { maxRequestBufferSize, maxRequestLineSize, maxRequestHeadersTotalSize } = limits;
  if (maxRequestBufferSize === null) return;
  if (maxRequestBufferSize >= Math.max(maxRequestLineSize, maxRequestHeadersTotalSize)) return;
  report('HOSTING_SETTINGS_BUFFER_TOO_SMALL', 'server', 'limits', 'maxRequestBufferSize');
};

type Certificates = Readonly<Record<string, CertificateSettings>>;

/** Keys that require TLS. */
const tlsKeys = [
  'certificate',
  'sslProtocols',
  'clientCertificateMode',
  'clientCertificateAuthorities',
  'sni',
] as const;

const checkEndpoint = (name: string, endpoint: EndpointSettings, certificates: Certificates, report: Report): void => {
  const key = ['server', 'endpoints', name];
  if (!/^https:/i.test(endpoint.url)) {
    for (const tlsKey of tlsKeys)
      if (endpoint[tlsKey] !== undefined) report('HOSTING_SETTINGS_TLS_WITHOUT_HTTPS', ...key, tlsKey);
  }
  if (!parseBindingAddress(endpoint.url).unixPath) {
    for (const unixKey of ['unixMode', 'unixGroup'] as const)
      if (endpoint[unixKey] !== undefined) report('HOSTING_SETTINGS_UNIX_ONLY', ...key, unixKey);
  }
  checkCertificate(endpoint.certificate, certificates, report, ...key, 'certificate');
  for (const [host, sni] of Object.entries(endpoint.sni ?? {})) {
    if (!isSniHost(host)) report('HOSTING_SETTINGS_SNI_HOST_INVALID', ...key, 'sni', host);
    checkCertificate(sni.certificate, certificates, report, ...key, 'sni', host, 'certificate');
  }
};

const checkCertificate = (
  certificate: CertificateSettings | string | undefined,
  certificates: Certificates,
  report: Report,
  ...key: string[]
): void => {
  if (certificate === undefined) return;
  if (typeof certificate === 'string') {
    if (!Object.hasOwn(certificates, certificate)) report('HOSTING_SETTINGS_CERTIFICATE_UNKNOWN', ...key);
  } else if (isPfx(certificate.path) && certificate.keyPath !== undefined) {
    report('HOSTING_SETTINGS_CERTIFICATE_PFX_KEY', ...key, 'keyPath');
  }
};

/** Without a mode clients are not asked for a certificate, although the settings say who may issue it. */
const checkAuthorities = (
  name: string,
  endpoint: EndpointSettings,
  defaults: EndpointDefaultSettings,
  report: Report,
): void => {
  if (endpoint.clientCertificateMode !== undefined || defaults.clientCertificateMode !== undefined) return;
  const key = ['server', 'endpoints', name];
  const code = 'HOSTING_SETTINGS_AUTHORITIES_UNUSED';
  const names = Object.entries(endpoint.sni ?? {});
  const isUsed = names.some(([, { clientCertificateMode: mode }]) => mode !== undefined);
  if (endpoint.clientCertificateAuthorities !== undefined && !isUsed) report(code, ...key, authoritiesKey);
  for (const [host, sni] of names) {
    if (sni.clientCertificateAuthorities === undefined || sni.clientCertificateMode !== undefined) continue;
    report(code, ...key, 'sni', host, authoritiesKey);
  }
};

const checkDefaultAuthorities = (
  defaults: EndpointDefaultSettings,
  endpoints: readonly EndpointSettings[],
  report: Report,
): void => {
  const { clientCertificateAuthorities, clientCertificateMode } = defaults;
  if (clientCertificateAuthorities === undefined || clientCertificateMode !== undefined) return;
  const modes = endpoints.flatMap((endpoint) => [endpoint, ...Object.values(endpoint.sni ?? {})]);
  if (modes.some(({ clientCertificateMode: mode }) => mode !== undefined)) return;
  report('HOSTING_SETTINGS_AUTHORITIES_UNUSED', 'server', 'endpointDefaults', authoritiesKey);
};

const authoritiesKey = 'clientCertificateAuthorities';

/** Whether a path has the extension of a PFX. */
export const isPfx = (path: string): boolean => /\.(?:pfx|p12)$/i.test(path);

/** `example.com`, `*.example.com` or `*`. */
const isSniHost = (host: string): boolean =>
  host === '*' || /^(?:\*\.)?[a-z\d_](?:[\w-]*\w)?(?:\.[a-z\d_](?:[\w-]*\w)?)*$/i.test(host);

const checkAddresses = (endpoints: HostSettings['server']['endpoints'], report: Report): void => {
  const entries = Object.entries(endpoints).map(([name, { url }]) => ({ name, address: parseBindingAddress(url) }));
  for (const [at, { name, address }] of entries.entries()) {
    // Port 0 is a different port each time.
    const isAnyFree = address.port === 0 && address.host !== '';
    if (isAnyFree || !entries.slice(0, at).some((before) => sameBindingAddress(before.address, address))) continue;
    report('HOSTING_SETTINGS_ADDRESS_TWICE', 'server', 'endpoints', name, 'url');
  }
};
