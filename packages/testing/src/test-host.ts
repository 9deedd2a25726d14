import type { FeatureCollection } from '@windhover/features';
import { type WebHost, serverLog } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { http2 } from '@windhover/http2';
import { type ServerEvents, type ServerOptions, WindhoverServer } from '@windhover/server';
import { createHostBuilder, resolveApplication } from 'windhover';
import type { TestClock } from './test-clock.ts';
import type { TestLog } from './test-log.ts';
import type { TestNetwork } from './test-network.ts';

/** The test's replacements for parts of the host. */
export interface TestParts {
  readonly network: TestNetwork;
  readonly clock: TestClock;
  readonly log: TestLog;
  readonly applicationFailed: (error: unknown, exchange: FeatureCollection) => void;
}

/** Creates the host of an application in any form. Its server listens only on the network of the test. */
export const testHost = async (application: unknown, parts: TestParts): Promise<WebHost> => {
  const resolved = await resolveApplication(application);
  if ('host' in resolved) return onTestServer(resolved.host, parts, serverLog(parts.log));
  const builder =
    'builder' in resolved ? resolved.builder : createHostBuilder().configure((app) => void app.run(resolved.handler));
  return onTestServer(builder.useLogger(parts.log).build(), parts);
};

/** @param more events for a host that already has a logger */
const onTestServer = (host: WebHost, parts: TestParts, more?: ServerEvents): WebHost =>
  host.replaceServer((options) => {
    const server = new WindhoverServer(testOptions(options, parts, more));
    parts.network.listen(server);
    return server;
  });

const testOptions = (options: ServerOptions, parts: TestParts, more: ServerEvents | undefined): ServerOptions => {
  const { network, clock, applicationFailed } = parts;
  const { protocols } = options;
  return {
    ...options,
    transports: [network.transport],
    protocols: protocols.length > 0 ? protocols : [http2(), http1()],
    clock,
    wallClock: () => clock.wallClock(),
    events: notifyAll([silent, { applicationError: applicationFailed }, options.events, more]),
  };
};

const silent: ServerEvents = {
  applicationError: () => {},
  badRequest: () => {},
  warning: () => {},
  information: () => {},
};

/** Combines event receivers: each event notifies all of them, in order. */
const notifyAll = (receivers: readonly (Partial<ServerEvents> | undefined)[]): Partial<ServerEvents> => {
  const all: Record<string, (...values: unknown[]) => void> = {};
  for (const [name, notify] of receivers.flatMap((receiver) => Object.entries(receiver ?? {}))) {
    const before = all[name];
    all[name] = (...values) => {
      before?.(...values);
      (notify as (...values: unknown[]) => void)(...values);
    };
  }
  return all;
};
