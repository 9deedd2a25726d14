import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareEndpoints, needsRestart } from '../../src/settings/index.ts';
import { SettingsFolder, type Told } from './support/settings-folder.ts';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('where to listen', () => {
  const endpoints = { server: { endpoints: { web: { url: 'http://localhost:7' } } } };

  it.each<[string, object, Told, string[]]>([
    ['nothing: what the server does by default', {}, {}, []],
    ['urls of the program', {}, { code: { urls: ['http://a:1;http://b:2'] } }, ['http://a:1', 'http://b:2']],
    ['urls of a file before those', { urls: ['http://a:2'] }, { code: { urls: ['http://a:1'] } }, ['http://a:2']],
    ['ports', { httpPorts: 80, httpsPorts: [443, 8443] }, {}, ['http://*:80', 'https://*:443', 'https://*:8443']],
    ['PORT', {}, { environment: { PORT: '8080' } }, ['http://*:8080']],
    [
      'WINDHOVER_HTTP_PORTS before PORT',
      {},
      { environment: { PORT: '8080', WINDHOVER_HTTP_PORTS: '80;81' } },
      ['http://*:80', 'http://*:81'],
    ],
    ['urls before ports of the same place', { urls: ['http://a:1'], httpPorts: 80 }, {}, ['http://a:1']],
    ['PORT before urls of a file', { urls: ['http://a:1'] }, { environment: { PORT: '80' } }, ['http://*:80']],
    [
      'urls of the environment before PORT',
      {},
      { environment: { PORT: '80', WINDHOVER_URLS: 'http://a:1' } },
      ['http://a:1'],
    ],
    [
      'ports of the command line before urls of the environment',
      {},
      { environment: { WINDHOVER_URLS: 'http://a:1' }, args: ['--http-ports', '80'] },
      ['http://*:80'],
    ],
    ['endpoints before urls from anywhere', endpoints, { args: ['--urls=http://a:1'] }, ['http://localhost:7']],
    [
      'urls, if they are preferred',
      { ...endpoints, urls: 'http://a:1', server: { ...endpoints.server, preferHostingUrls: true } },
      {},
      ['http://a:1'],
    ],
    [
      'endpoints, if urls are preferred and there are none',
      { server: { ...endpoints.server, preferHostingUrls: true } },
      {},
      ['http://localhost:7'],
    ],
  ])('%s', async (_name, file, told, urls) => {
    folder.write('windhover.json', file);
    expect((await folder.plan(told)).endpoints.map(({ url }) => url)).toEqual(urls);
  });

  it('what is set and not used is said, with both sources', async () => {
    folder.write('windhover.json', { ...endpoints, urls: 'http://a:1' });
    expect((await folder.plan({ environment: { PORT: '80' } })).warnings).toEqual([
      'urls (windhover.json:1:69): ignored, because httpPorts (environment variable PORT) overrides it',
      'httpPorts (environment variable PORT): ignored, because endpoints are configured; set server.preferHostingUrls to use it instead',
    ]);
  });

  it('endpoints of the program go before urls, and beside those of files', async () => {
    folder.write('windhover.json', { urls: 'http://a:1' });
    const plan = await folder.plan({}, true);
    expect(plan.endpoints).toEqual([]);
    expect(plan.warnings).toHaveLength(1);
    folder.write('windhover.json', endpoints);
    expect(await folder.plan({}, true)).toMatchObject({ endpoints: [{ name: 'web' }], ignoresCodeEndpoints: false });
  });

  it('endpoints of the program are not bound where urls are preferred', async () => {
    folder.write('windhover.json', { urls: 'http://a:1', server: { preferHostingUrls: true } });
    expect(await folder.plan({}, true)).toMatchObject({
      endpoints: [{ name: 'http://a:1' }],
      ignoresCodeEndpoints: true,
    });
  });
});

describe('an endpoint', () => {
  const planOf = async (endpoint: object, server: object = {}) => {
    folder.write('windhover.json', { server: { endpoints: { web: endpoint }, ...server } });
    return (await folder.plan()).endpoints[0]!;
  };
  const at = (name: string): string => join(folder.path, name);

  it('has its address, protocols, limits and socket options', async () => {
    const limits = { maxConcurrentConnections: 5 };
    expect(await planOf({ url: 'http://127.0.0.1:80', protocols: 'http1AndHttp2', limits, backlog: 7 })).toEqual({
      name: 'web',
      url: 'http://127.0.0.1:80',
      target: { kind: 'ip', address: '127.0.0.1', port: 80 },
      protocols: ['h2', 'http/1.1'],
      https: undefined,
      limits,
      socket: { backlog: 7 },
    });
    expect(await planOf({ url: 'http://unix:/a.sock', unixMode: '0660', unixGroup: 'www-data' })).toMatchObject({
      socket: { unixMode: 0o660, unixGroup: 'www-data' },
    });
  });

  it.each<[string, object, (at: (name: string) => string) => object]>([
    ['a PFX', { path: 'a.PFX', password: 'x' }, (at) => ({ pfx: at('a.PFX'), password: 'x' })],
    ['PEM', { path: 'a.pem', keyPath: 'a.key' }, (at) => ({ certificate: at('a.pem'), key: at('a.key') })],
    ['an absolute path', { path: '/etc/a.pem' }, () => ({ certificate: '/etc/a.pem' })],
  ])('with %s', async (_name, certificate, https) => {
    expect((await planOf({ url: 'https://*:443', certificate })).https).toEqual(https(at));
  });

  it('without a certificate has the default certificate of the settings, or the one for development, or none', async () => {
    const url = 'https://*:443';
    const certificates = {
      development: { path: 'dev.pem' },
      default: { path: 'default.pem' },
      shop: { path: 'shop.pem' },
    };
    expect((await planOf({ url }, { certificates })).https).toEqual({
      defaultCertificate: { files: { certificate: at('default.pem') }, isForDevelopment: false },
    });
    const { default: _none, ...others } = certificates;
    expect((await planOf({ url }, { certificates: others })).https).toEqual({
      defaultCertificate: { files: { certificate: at('dev.pem') }, isForDevelopment: true },
    });
    expect((await planOf({ url })).https).toEqual({});
    expect((await planOf({ url, certificate: 'shop' }, { certificates })).https).toEqual({
      certificate: at('shop.pem'),
    });
  });

  it('has what it leaves out from the defaults of endpoints', async () => {
    const endpointDefaults = {
      protocols: 'http1',
      sslProtocols: ['tls13'],
      clientCertificateMode: 'requireCertificate',
      clientCertificateAuthorities: ['ca.pem'],
    };
    expect(
      await planOf({ url: 'https://*:443', sslProtocols: ['tls12', 'tls13'] }, { endpointDefaults }),
    ).toMatchObject({
      protocols: ['http/1.1'],
      https: {
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        clientCertificate: { mode: 'require', authorities: [at('ca.pem')] },
      },
    });
  });

  it('has names of its own', async () => {
    const sni = {
      'example.org': { certificate: { path: 'org.pem' }, protocols: 'http1', sslProtocols: ['tls12'] },
      '*': { clientCertificateMode: 'allowCertificate' },
    };
    expect((await planOf({ url: 'https://*:443', certificate: { path: 'a.pem' }, sni })).https).toEqual({
      certificate: at('a.pem'),
      names: {
        'example.org': {
          certificate: at('org.pem'),
          applicationProtocols: ['http/1.1'],
          minVersion: 'TLSv1.2',
          maxVersion: 'TLSv1.2',
        },
        '*': { clientCertificate: { mode: 'allow' } },
      },
    });
  });

  it.each<[title: string, sni: object, clientCertificate: object | undefined]>([
    ['authorities', { clientCertificateAuthorities: ['/b.pem'] }, { mode: 'require', authorities: ['/b.pem'] }],
    ['a mode', { clientCertificateMode: 'allowCertificate' }, { mode: 'allow', authorities: ['/a.pem'] }],
    ['neither', { protocols: 'http1' }, undefined],
  ])('a name that sets %s has the rest of its endpoint for certificates of clients', async (_title, sni, expected) => {
    const { https } = await planOf({
      url: 'https://*:443',
      clientCertificateMode: 'requireCertificate',
      clientCertificateAuthorities: ['/a.pem'],
      sni: { name: sni },
    });
    expect(https?.names?.['name']?.clientCertificate).toEqual(expected);
  });
});

describe('comparing plans', () => {
  const server = (endpoints: object, more: object = {}) => ({ server: { endpoints, ...more } });
  const web = { url: 'https://*:443', certificate: { path: 'a.pem' }, limits: { maxConcurrentConnections: 5 } };
  const plans = async (before: object, after: object) => {
    folder.write('windhover.json', before);
    const first = await folder.plan();
    folder.write('windhover.json', after);
    return [first, await folder.plan()] as const;
  };

  it('tells endpoints that are new, gone, other and as before', async () => {
    const [before, after] = await plans(
      server({ same: { url: 'http://*:1' }, other: { url: 'http://*:2' }, gone: { url: 'http://*:3' } }),
      server({ fresh: { url: 'http://*:3' }, other: { url: 'http://*:4' }, same: { url: 'http://*:1' } }),
    );
    const changes = compareEndpoints(before.endpoints, after.endpoints);
    expect(changes.unchanged.map(({ name }) => name)).toEqual(['same']);
    expect(changes.added.map(({ name }) => name)).toEqual(['fresh']);
    expect(changes.removed.map(({ name }) => name)).toEqual(['gone']);
    expect(changes.changed.map((change) => [change.before.url, change.after.url])).toEqual([
      ['http://*:2', 'http://*:4'],
    ]);
  });

  it.each<[string, object, object]>([
    ['its certificate', server({ web }), server({ web: { ...web, certificate: { path: 'b.pem' } } })],
    ['its limits', server({ web }), server({ web: { ...web, limits: {} } })],
    ['its names', server({ web }), server({ web: { ...web, sni: { a: {} } } })],
    [
      'the certificate that it names',
      server({ web: { ...web, certificate: 'a' } }, { certificates: { a: { path: 'a.pem' } } }),
      server({ web: { ...web, certificate: 'a' } }, { certificates: { a: { path: 'b.pem' } } }),
    ],
    ['the defaults of endpoints', server({ web }), server({ web }, { endpointDefaults: { protocols: 'http1' } })],
  ])('an endpoint changes with %s', async (_name, first, second) => {
    const [before, after] = await plans(first, second);
    expect(compareEndpoints(before.endpoints, after.endpoints).changed).toHaveLength(1);
  });

  it('an endpoint does not change with what makes no difference', async () => {
    const [before, after] = await plans(server({ web }), {
      ...server(
        { web: Object.fromEntries(Object.entries(web).toReversed()) },
        { certificates: { a: { path: 'b.pem' } } },
      ),
      logging: { level: { default: 'debug' } },
    });
    expect(compareEndpoints(before.endpoints, after.endpoints).unchanged).toHaveLength(1);
  });

  it('names the settings that need a restart', async () => {
    const [before, after] = await plans(
      { logging: { level: { default: 'info' } } },
      {
        threads: 2,
        logging: { level: { default: 'debug' }, format: 'json' },
        server: { limits: { maxRequestHeaderCount: 5 }, dateHeader: false },
        urls: 'http://*:80',
      },
    );
    expect(needsRestart(before, after)).toEqual(['threads', 'server.limits', 'server.dateHeader', 'logging.format']);
    expect(needsRestart(after, after)).toEqual([]);
  });
});
