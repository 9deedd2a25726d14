import { type Configuration, type KeyPath, type ValueSource, describeSource } from '@windhover/configuration';
import type { HostSettings } from './schema.ts';

/** Where to listen, as the settings have it. */
export interface AddressChoice {
  /** Addresses, from `urls` or ports; empty where there are none. */
  readonly urls: readonly string[];
  /** Whether endpoints are used; otherwise it is addresses. */
  readonly usesEndpoints: boolean;
  readonly warnings: readonly string[];
}

/** Settings, and who has said them. */
export type SaidSettings = Pick<Configuration<HostSettings>, 'sourceOf' | 'values'>;

/** From the least to the first. */
const order: readonly ValueSource['kind'][] = ['default', 'code', 'file', 'environment', 'argument'];

/**
 * Settles who says where to listen. Endpoints go before addresses, unless addresses are preferred. Of `urls` and ports
 * those go first that were said further out: command line, environment, files, program; said in one place, `urls`.
 *
 * @param hasCodeEndpoints whether the program itself has added endpoints
 * Source: Kestrel `AddressBinder`, where `urls` from anywhere go before ports
 */
export const chooseAddresses = (configuration: SaidSettings, hasCodeEndpoints: boolean): AddressChoice => {
  const { server } = configuration.values;
  const { urls, used, unused } = chooseUrls(configuration);
  const named = (paths: readonly KeyPath[]): string =>
    paths.map((path) => `${path.join('.')} (${describeSource(configuration.sourceOf(path))})`).join(' and ');
  const warnings = unused.length === 0 ? [] : [`${named(unused)}: not used, for ${named(used)} goes before it`];
  const hasEndpoints = hasCodeEndpoints || Object.keys(server.endpoints).length > 0;
  const usesEndpoints = hasEndpoints && !(server.preferHostingUrls && urls.length > 0);
  if (hasEndpoints && urls.length > 0) {
    warnings.push(
      usesEndpoints
        ? `${named(used)}: not used, for there are endpoints; set server.preferHostingUrls to use it instead`
        : `endpoints are not used, for server.preferHostingUrls is set and there is ${named(used)}`,
    );
  }
  return { urls: usesEndpoints ? [] : urls, usesEndpoints, warnings };
};

interface ChosenUrls {
  readonly urls: readonly string[];
  /** The keys that they are from. */
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
