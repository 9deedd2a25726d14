import { type Configuration, type KeyPath, type ValueSource, describeSource } from '@windhover/configuration';
import type { HostSettings } from './schema.ts';

/** Where to listen according to the settings. */
export interface AddressChoice {
  /** Addresses from `urls` or ports; empty without any. */
  readonly urls: readonly string[];
  /** Whether to listen on endpoints instead of addresses. */
  readonly usesEndpoints: boolean;
  readonly warnings: readonly string[];
}

/** Settings with their sources. */
export type SaidSettings = Pick<Configuration<HostSettings>, 'sourceOf' | 'values'>;

/** Sources in ascending order of precedence. */
const order: readonly ValueSource['kind'][] = ['default', 'code', 'file', 'environment', 'argument'];

/**
 * Decides where to listen. Endpoints override addresses, unless addresses are preferred. Between `urls` and ports, the
 * source decides: command line, environment, files, code; from the same source, `urls` override ports.
 *
 * @param hasCodeEndpoints whether code has added endpoints
 * Source: Kestrel `AddressBinder`, where `urls` from any source override ports
 */
export const chooseAddresses = (configuration: SaidSettings, hasCodeEndpoints: boolean): AddressChoice => {
  const { server } = configuration.values;
  const { urls, used, unused } = chooseUrls(configuration);
  const named = (paths: readonly KeyPath[]): string =>
    paths.map((path) => `${path.join('.')} (${describeSource(configuration.sourceOf(path))})`).join(' and ');
  const warnings = unused.length === 0 ? [] : [`${named(unused)}: ignored, because ${named(used)} overrides it`];
  const hasEndpoints = hasCodeEndpoints || Object.keys(server.endpoints).length > 0;
  const usesEndpoints = hasEndpoints && !(server.preferHostingUrls && urls.length > 0);
  if (hasEndpoints && urls.length > 0) {
    warnings.push(
      usesEndpoints
        ? `${named(used)}: ignored, because endpoints are configured; set server.preferHostingUrls to use it instead`
        : `the endpoints are ignored, because server.preferHostingUrls is set and ${named(used)} has addresses`,
    );
  }
  return { urls: usesEndpoints ? [] : urls, usesEndpoints, warnings };
};

interface ChosenUrls {
  readonly urls: readonly string[];
  /** The keys that `urls` comes from. */
  readonly used: readonly KeyPath[];
  readonly unused: readonly KeyPath[];
}

const chooseUrls = (configuration: SaidSettings): ChosenUrls => {
  const { urls = [], httpPorts = [], httpsPorts = [] } = configuration.values;
  const rankOf = (key: string): number => order.indexOf(configuration.sourceOf([key]).kind);
  const ports = [...httpPorts.map((port) => `http://*:${port}`), ...httpsPorts.map((port) => `https://*:${port}`)];
  const portKeys = ['httpPorts', 'httpsPorts'].filter((_key, at) => [httpPorts, httpsPorts][at]!.length > 0);
  const portPaths = portKeys.map((key) => [key]);
  if (ports.length === 0) return { urls, used: [['urls']], unused: [] };
  if (urls.length === 0) return { urls: ports, used: portPaths, unused: [] };
  return Math.max(...portKeys.map(rankOf)) > rankOf('urls')
    ? { urls: ports, used: portPaths, unused: [['urls']] }
    : { urls, used: [['urls']], unused: portPaths };
};
