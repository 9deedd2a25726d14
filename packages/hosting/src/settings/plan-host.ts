import { bindingTarget, parseBindingAddress } from '@windhover/addresses';
import type { SocketOptions } from '@windhover/connections';
import { type SaidSettings, chooseAddresses } from './address-choice.ts';
import type { EndpointSettings } from './endpoint-schema.ts';
import type { EndpointPlan, HostPlan } from './host-plan.ts';
import { itemsOf } from './listed-items.ts';
import { type HttpsContext, applicationProtocolsOf, httpsPlan } from './https-plan.ts';

/** Inputs of a plan in addition to the settings. */
export interface PlanContext {
  /** Absolute; relative paths are resolved against it. */
  readonly contentRoot: string;
  /** Whether code has added endpoints. Default false. */
  readonly hasCodeEndpoints?: boolean;
  /** Warnings about settings that are not read, one sentence each. Default none. */
  readonly warnings?: readonly string[];
}

/**
 * Computes the plan of a host from its settings. It reads no file, clock or network.
 *
 * @throws AddressError an address set in code is malformed; other addresses were checked when they were read
 */
export const planHost = (
  configuration: SaidSettings,
  { contentRoot, hasCodeEndpoints = false, warnings: unread = [] }: PlanContext,
): HostPlan => {
  const { server, logging, ...settings } = configuration.values;
  const { urls, usesEndpoints, warnings } = chooseAddresses(configuration, hasCodeEndpoints);
  const tls = { defaults: server.endpointDefaults, certificates: server.certificates, contentRoot };
  const { default: level, ...categories } = logging.level;
  return {
    environment: settings.environment,
    contentRoot,
    shutdownTimeout: settings.shutdownTimeout,
    drainDelay: settings.drainDelay,
    threads: settings.threads,
    logging: { level, categories, format: logging.format },
    allowedHosts: settings.allowedHosts,
    limits: server.limits,
    serverHeader: server.serverHeader,
    dateHeader: server.dateHeader,
    rejectedConnections: server.rejectedConnections,
    endpoints: usesEndpoints
      ? Object.entries(server.endpoints).map(([name, endpoint]) => endpointPlan(name, endpoint, tls))
      : urls.flatMap(itemsOf).map((url) => endpointPlan(url, { url }, tls)),
    hasAddresses: urls.length > 0,
    endpointDefaults: {
      protocols: applicationProtocolsOf(server.endpointDefaults.protocols),
      https: httpsPlan({}, tls),
    },
    ignoresCodeEndpoints: hasCodeEndpoints && !usesEndpoints,
    warnings: [...unread, ...warnings],
  };
};

const socketOptions = ({ unixMode, unixGroup, backlog }: EndpointSettings): SocketOptions => ({
  ...(unixMode !== undefined && { unixMode: Number.parseInt(unixMode, 8) }),
  ...(unixGroup !== undefined && { unixGroup }),
  ...(backlog !== undefined && { backlog }),
});

const endpointPlan = (name: string, settings: EndpointSettings, tls: HttpsContext): EndpointPlan => {
  const address = parseBindingAddress(settings.url);
  return {
    name,
    url: settings.url,
    target: bindingTarget(address),
    protocols: applicationProtocolsOf(settings.protocols ?? tls.defaults.protocols),
    https: address.scheme.toLowerCase() === 'https' ? httpsPlan(settings, tls) : undefined,
    limits: settings.limits ?? {},
    socket: socketOptions(settings),
  };
};
