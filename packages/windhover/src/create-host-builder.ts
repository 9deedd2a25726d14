import { WebHostBuilder } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';

/**
 * A builder with the defaults in it: TCP and unix sockets, HTTP/1.1. What is added to it goes before them.
 *
 * Source: ASP.NET Core `WebHost.CreateDefaultBuilder`
 */
export const createHostBuilder = (): WebHostBuilder =>
  new WebHostBuilder().useTransport(sockets()).useProtocol(http1());
