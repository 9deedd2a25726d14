import { WebHostBuilder } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { defaultHttps } from './default-https.ts';
import { http2WhenSpoken } from './http2-when-spoken.ts';

/**
 * Creates a builder with defaults: TCP and unix sockets, HTTP/2 and HTTP/1.1, and the development certificate for https
 * addresses. Transports and protocols added later take precedence. It does not read the configuration; `createBuilder`
 * does.
 *
 * Source: ASP.NET Core `WebHost.CreateDefaultBuilder`
 */
export const createHostBuilder = (): WebHostBuilder => withDefaults(new WebHostBuilder());

/** Adds the defaults to a builder. */
export const withDefaults = <B extends WebHostBuilder>(builder: B): B =>
  builder.useTransport(sockets()).useProtocol(http2WhenSpoken).useProtocol(http1()).useHttpsProvider(defaultHttps);
