import { WebHostBuilder } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { defaultHttps } from './default-https.ts';
import { http2WhenSpoken } from './http2-when-spoken.ts';

/**
 * A builder with the defaults in it: TCP and unix sockets, HTTP/2 and HTTP/1.1, and for addresses with https the development
 * certificate. What is added to it goes before them. It reads no configuration; `createBuilder` does.
 *
 * Source: ASP.NET Core `WebHost.CreateDefaultBuilder`
 */
export const createHostBuilder = (): WebHostBuilder => withDefaults(new WebHostBuilder());

/** Adds the defaults to a builder. */
export const withDefaults = <B extends WebHostBuilder>(builder: B): B =>
  builder.useTransport(sockets()).useProtocol(http2WhenSpoken).useProtocol(http1()).useHttpsProvider(defaultHttps);
