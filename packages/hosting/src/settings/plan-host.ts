import { bindingTarget, parseBindingAddress } from '@windhover/addresses';
import type { SocketOptions } from '@windhover/connections';
import { type SaidSettings, chooseAddresses } from './address-choice.ts';
import type { EndpointSettings } from './endpoint-schema.ts';
import type { EndpointPlan, HostPlan } from './host-plan.ts';
import { itemsOf } from './listed-items.ts';
import { type HttpsContext, applicationProtocolsOf, httpsPlan } from './https-plan.ts';

/** What a plan depends on beside the settings. */
export interface PlanContext {
  /** Absolute; what relative paths start from. */
  readonly contentRoot: string;
  /** Whether the program itself has added endpoints. Default false. */
  readonly hasCodeEndpoints?: boolean;
  /** What is set and not read, each a sentence. Default none. */
  readonly warnings?: readonly string[];
}

/**
 * Says what settings come down to. It looks at nothing else: no file, no clock, no network.
 *
 * @throws AddressError an address of the program is malformed; others were checked when they were read
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
