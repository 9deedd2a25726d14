import type { ConnectionBuilder } from '@windhover/connections';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type HttpsProvider,
  type ServerSetup,
  type EndpointHttpsSettings,
  type WebHost,
  WebHostBuilder,
  loadSettings,
} from '../src/index.ts';
import { RecordingLogger } from './recording-logger.ts';
import { SettingsFolder } from './settings/support/settings-folder.ts';

const url = 'https://127.0.0.1:0';

let folder: SettingsFolder;
let served: unknown[];
let logger: RecordingLogger;
let host: WebHost | undefined;
beforeEach(() => {
  folder = new SettingsFolder();
  served = [];
  logger = new RecordingLogger();
});
afterEach(async () => {
  await host?.stop(AbortSignal.abort());
  host = undefined;
  folder[Symbol.dispose]();
});

/** Adds TLS that encrypts nothing, and notes what it was made of. */
const serving =
  (certificate: unknown) =>
  (endpoint: ConnectionBuilder): void => {
    served.push(certificate);
    endpoint.useTls((next) => next);
  };

const tls: HttpsProvider = {
  useHttps: (settings: EndpointHttpsSettings) => serving(settings),
  developmentCertificate: () => ({ certificate: 'development.pem' }),
};

/** Where an address can come from. */
interface AddressSource {
  readonly args?: readonly string[];
  readonly environment?: Record<string, string>;
  /** Of the file. */
  readonly settings?: { readonly urls?: string; readonly server?: object };
  readonly code?: (builder: WebHostBuilder) => void;
}

const addressSources: Readonly<Record<string, AddressSource>> = {
  '--urls': { args: ['--urls', url] },
  WINDHOVER_URLS: { environment: { WINDHOVER_URLS: url } },
  '--httpsPorts': { args: ['--httpsPorts', '0'] },
  'urls of the file': { settings: { urls: url } },
  'an endpoint of the file': { settings: { server: { endpoints: { web: { url } } } } },
  useUrls: { code: (builder) => void builder.useUrls(url) },
  'listen in code': { code: (builder) => void builder.useServer((server) => void server.listen(url)) },
};

/** Where a certificate can come from, the preferred one first, and what is served then. */
const certificateSources: readonly (readonly [name: string, served: unknown, warns: boolean])[] = [
  ['program', 'program', false],
  ['server.certificates.default', { certificate: 'default.pem' }, false],
  ['server.certificates.development', { certificate: 'dev.pem' }, true],
  ['development certificate', { certificate: 'development.pem' }, true],
];

const start = async (
  source: AddressSource,
  certificates: object,
  program: ServerSetup['useHttps'],
  { environment, provider = tls }: { environment?: string; provider?: HttpsProvider | undefined } = {},
): Promise<WebHost> => {
  const { settings, args = [], environment: variables = {}, code } = source;
  folder.write('windhover.json', { ...settings, server: { ...settings?.server, certificates } });
  const builder = new WebHostBuilder()
    .useTransport(sockets())
    .useProtocol(http1())
    .useHttpsProvider(provider)
    .useLogger(logger);
  builder.useServer((server) => void (server.useHttps = program));
  code?.(builder);
  builder.configure((app) => void app.run(({ response }) => response.send('')));
  const told = { ...variables, ...(environment && { NODE_ENV: environment }) };
  const loaded = await loadSettings({ args, environment: told, code: { contentRoot: folder.path } });
  builder.useSettings(loaded);
  host = builder.build();
  await host.start();
  return host;
};

/** Without the folder, which is another one each time. */
const shown = (): unknown => JSON.parse(JSON.stringify(served).replaceAll(`${folder.path}/`, ''));

const warnings = (): string[] => logger.entries.filter(({ level }) => level === 'warn').map(({ message }) => message);

describe.each(Object.keys(addressSources))('an https address from %s', (name) => {
  it.each(certificateSources.map(([certificate], at) => [certificate, at] as const))(
    'serves the certificate of the %s before later ones',
    async (_certificate, first) => {
      const has = (at: number): boolean => at >= first;
      const certificates = {
        ...(has(1) && first <= 1 && { default: { path: 'default.pem' } }),
        ...(has(2) && first <= 2 && { development: { path: 'dev.pem' } }),
      };
      const started = await start(addressSources[name]!, certificates, first === 0 ? serving('program') : undefined);
      const [, expected, warns] = certificateSources[first]!;
      expect(shown()).toEqual([expected]);
      expect(started.addresses).toEqual([expect.stringMatching(/^https:\/\/(?:127\.0\.0\.1|\[::\]):\d+$/)]);
      expect(warnings().filter((message) => /in the environment production/.test(message))).toHaveLength(warns ? 1 : 0);
    },
  );

  it('development certificates are expected in development: no warning', async () => {
    await start(addressSources[name]!, { development: { path: 'dev.pem' } }, undefined, { environment: 'development' });
    expect(warnings()).toEqual([]);
  });

  it('fails without any certificate: SERVER_TLS_NOT_CONFIGURED', async () => {
    const provider: HttpsProvider = { useHttps: tls.useHttps };
    await expect(start(addressSources[name]!, {}, undefined, { provider })).rejects.toMatchObject({
      code: 'SERVER_TLS_NOT_CONFIGURED',
    });
  });
});

describe('an endpoint of the file with TLS settings of its own', () => {
  const endpoint = (settings: object): AddressSource => ({
    settings: { server: { endpoints: { web: { url, ...settings } } } },
  });

  it('serves its own certificate instead of a function whose options are not known', async () => {
    await start(
      endpoint({ certificate: { path: 'own.pem' } }),
      { default: { path: 'default.pem' } },
      serving('program'),
    );
    expect(shown()).toEqual([{ certificate: 'own.pem' }]);
  });

  it('with its own certificate adds them to the function of the program, whose other options apply', async () => {
    const program = serving('program');
    const extend: HttpsProvider['extend'] = (given, settings) =>
      given === program ? serving({ program: true, ...settings }) : undefined;
    await start(endpoint({ certificate: { path: 'own.pem' } }), {}, program, { provider: { ...tls, extend } });
    expect(shown()).toEqual([{ program: true, certificate: 'own.pem' }]);
  });

  it('without a certificate adds them to the function of the program', async () => {
    const program = serving('program');
    const extend: HttpsProvider['extend'] = (given, settings) =>
      given === program ? serving({ program: true, ...settings }) : undefined;
    await start(endpoint({ sslProtocols: ['tls13'] }), {}, program, { provider: { ...tls, extend } });
    expect(shown()).toEqual([{ program: true, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }]);
  });

  it('that cannot be added to the function of the program: HOSTING_HTTPS_NOT_COMBINED', async () => {
    await expect(start(endpoint({ sslProtocols: ['tls13'] }), {}, serving('program'))).rejects.toMatchObject({
      code: 'HOSTING_HTTPS_NOT_COMBINED',
    });
  });

  it('serves certificates by name without the development certificate', async () => {
    await start(endpoint({ sni: { 'shop.example': { certificate: { path: 'shop.pem' } } } }), {}, undefined);
    expect(shown()).toEqual([{ names: { 'shop.example': { certificate: 'shop.pem' } } }]);
  });
});

it('an endpoint of code with useHttps of its own keeps it', async () => {
  const code = (builder: WebHostBuilder): void =>
    void builder.useServer((server) => void server.listen(url, serving('own')));
  await start({ code }, { default: { path: 'default.pem' } }, serving('program'));
  expect(shown()).toEqual(['own']);
});

describe('server.endpointDefaults', () => {
  const endpointDefaults = { protocols: 'http1', sslProtocols: ['tls13'], clientCertificateMode: 'requireCertificate' };
  const httpsDefaults = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', clientCertificate: { mode: 'require' } };

  /** An endpoint in code that adds its own TLS, and notes the defaults that `useHttps` would use. */
  const withOwnTls = (builder: WebHostBuilder): void => {
    builder.useServer((server) => {
      server.listen(url, (endpoint) => {
        served.push([endpoint.protocols, endpoint.httpsDefaults]);
        endpoint.useTls((next) => next);
      });
    });
  };

  it('apply to an endpoint of code that has its own useHttps', async () => {
    const certificates = { default: { path: 'default.pem' } };
    await start({ code: withOwnTls, settings: { server: { endpointDefaults } } }, certificates, undefined);
    expect(served).toEqual([[['http/1.1'], httpsDefaults]]);
  });

  it('are overridden by the defaults of the program', async () => {
    const code = (builder: WebHostBuilder): void => {
      builder.useServer((server) => {
        server.configureEndpointDefaults((endpoint) => void (endpoint.httpsDefaults = {}));
      });
      withOwnTls(builder);
    };
    await start({ code, settings: { server: { endpointDefaults } } }, {}, undefined);
    expect(served).toEqual([[['http/1.1'], {}]]);
  });

  it('none: there are no defaults', async () => {
    await start({ code: withOwnTls }, {}, undefined);
    expect(served).toEqual([[['http/1.1'], {}]]);
  });

  it('a reload that removes them: endpoints of the file that open then no longer have them', async () => {
    const provider: HttpsProvider = {
      useHttps: () => (endpoint) => {
        served.push(endpoint.httpsDefaults);
        endpoint.useTls((next) => next);
      },
    };
    const certificates = { default: { path: 'default.pem' } };
    const endpoints = { web: { url } };
    const source = { settings: { server: { endpoints, endpointDefaults } } };
    const started = await start(source, certificates, undefined, { provider });
    folder.write('windhover.json', { server: { endpoints, certificates } });
    await started.reload();
    expect(served).toEqual([httpsDefaults, {}]);
  });
});
