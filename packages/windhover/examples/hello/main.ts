// Serves one page on http://localhost:5000 over IPv4 and IPv6, on a unix socket, and on https://localhost:5001 if there
// is a development certificate ("windhover dev-certs" creates one). For other addresses: --urls "…;…"
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { developmentCertificate } from '@windhover/dev-certs';
import { ServerAddressesFeature, createHostBuilder } from 'windhover';
import { helloPage } from './hello-page.ts';

const socket = join(tmpdir(), 'windhover-hello.sock');
const defaultUrls = [
  'http://localhost:5000',
  ...(developmentCertificate() === undefined ? [] : ['https://localhost:5001']),
  ...(process.platform === 'win32' ? [] : [`http://unix:${socket}`]),
].join(';');

const { values } = parseArgs({ options: { urls: { type: 'string', default: defaultUrls } } });

const host = createHostBuilder()
  .useEnvironment('development')
  .useUrls(values.urls)
  .configure((app) => {
    const listening = app.serverFeatures.require(ServerAddressesFeature);
    app.run(({ request, response }) => {
      response.contentType = 'text/html; charset=utf-8';
      return response.send(helloPage(listening.addresses, request.displayUrl));
    });
  })
  .build();

await host.run();
