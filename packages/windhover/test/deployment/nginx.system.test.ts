import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '@windhover/connections';
import { HttpUpgradeFeature } from '@windhover/http';
import { ForwardedHeadersFeature, forwardedHeaders } from '@windhover/middleware-forwarded-headers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../../tools/test-support/free-port.ts';
import { FrontProxy, nginxProgram } from '../../../../tools/test-support/front-proxy.ts';
import {
  type HttpContext,
  type WebApplication,
  type WebHost,
  createBuilder,
  createHostBuilder,
} from '../../src/index.ts';
import { Load } from './load.ts';
import { deploymentFile, withReplaced } from './sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-nginx-'));
const socketPaths = ['one.sock', 'two.sock'].map((name) => join(folder, name));
const clientAddress = '127.0.0.2';

/** Answers with the properties of the request, or echoes in capitals on an upgraded connection. */
const handle = ({ features, request, response, connection }: HttpContext): void | Promise<void> => {
  const upgrade = features.get(HttpUpgradeFeature);
  if (upgrade?.isUpgradableRequest) return shout(upgrade);
  const { host, scheme } = request;
  const { connectionId, remoteEndpoint } = connection;
  const proxy = features.get(ForwardedHeadersFeature)?.originalRemoteEndpoint?.kind;
  return response.send(JSON.stringify({ host, scheme, connection: connectionId, remote: remoteEndpoint, proxy }));
};

const shout = (upgrade: HttpUpgradeFeature): void => {
  const connection = upgrade.upgrade('shout');
  connection.start({
    received: (bytes) => {
      const text = Buffer.from(bytes).toString('latin1').toUpperCase();
      connection.write(text);
      if (text.endsWith('.')) connection.end();
    },
    drained: () => undefined,
    ended: () => connection.end(),
    closed: () => undefined,
  });
};

const startHost = async (path: string): Promise<WebHost> => {
  const host = createHostBuilder()
    .useUrls(`http://unix:${path}`)
    .configure((app) => void app.use(forwardedHeaders({ trustedProxies: ['unix'] })).run(handle))
    .build();
  await host.start();
  return host;
};

interface Seen {
  readonly host: string;
  readonly scheme: string;
  readonly connection: string;
  readonly remote: Endpoint;
  /** Kind of the endpoint that the proxy connected to, if the client's endpoint replaced it. */
  readonly proxy?: Endpoint['kind'];
}

const statusOf = (port: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { host: 'example.com' };
    request({ port, host: '127.0.0.1', headers, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });

const isRoot = process.getuid?.() === 0;
const groups = isRoot ? readFileSync('/etc/group', 'utf8') : '';
const hasUser = groups.includes('www-data:') && readFileSync('/etc/passwd', 'utf8').includes('www-data:');

describe.skipIf(nginxProgram === undefined || !hasUser)(
  'behind nginx of another user (needs root and www-data)',
  () => {
    let shared: string;
    let app: WebApplication | undefined;

    beforeEach(() => {
      // As the page makes /run/windhover.
      shared = mkdtempSync(join(tmpdir(), 'windhover-nginx-'));
      chownSync(shared, 0, Number(/^www-data:[^:]*:(\d+)/m.exec(groups)![1]));
      chmodSync(shared, 0o750);
    });
    afterEach(async () => {
      await app?.stop();
      rmSync(shared, { recursive: true });
    });

    it.each([
      ['the mode and the group of the page', ['unixMode=660', 'unixGroup=www-data'], 0o660, 200],
      ['the mode of the page without the group', ['unixMode=660'], 0o660, 502],
      ['neither, with umask 022', [], 0o755, 502],
    ])('a socket with %s', async (_name, rights, mode, status) => {
      const path = join(shared, 'one.sock');
      const settings = [`url=http://unix:${path}`, ...rights].map((text) => `--server.endpoints.nginx.${text}`);
      const umask = process.umask(0o022);
      try {
        app = (await createBuilder([...settings, '--logging.level.default=silent'])).build();
        app.get('/', ({ response }) => response.send('hello'));
        await app.start();
      } finally {
        process.umask(umask);
      }
      expect(statSync(path).mode & 0o777).toBe(mode);
      const port = await freePort();
      const page = withReplaced(deploymentFile('nginx.conf'), {
        '/run/windhover/one.sock': path,
        '/run/windhover/two.sock': path,
        'listen 80;': `listen 127.0.0.1:${port};`,
      });
      await using _nginx = await FrontProxy.nginx(page, port, 'www-data');
      expect(await statusOf(port)).toBe(status);
    });
  },
);

describe.skipIf(nginxProgram === undefined)('behind nginx, over a unix socket', () => {
  let hosts: WebHost[];
  let nginx: FrontProxy;
  let port: number;

  beforeAll(async () => {
    hosts = await Promise.all(socketPaths.map(startHost));
    port = await freePort();
    const page = withReplaced(deploymentFile('nginx.conf'), {
      '/run/windhover': folder,
      'listen 80;': `listen 127.0.0.1:${port};`,
    });
    nginx = await FrontProxy.nginx(page, port);
  });

  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    for (const host of hosts) await host.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = (agent: Agent | false, fields: OutgoingHttpHeaders = {}): Promise<Seen> =>
    new Promise((resolve, reject) => {
      const headers = { host: 'example.com', ...fields };
      const options = { port, host: '127.0.0.1', localAddress: clientAddress, headers, agent };
      request(options, async (response) => {
        const chunks = await response.toArray();
        resolve(JSON.parse(Buffer.concat(chunks).toString()) as Seen);
      })
        .on('error', reject)
        .end();
    });

  it('the connection to the server is kept between requests of different clients', async () => {
    const seen: Seen[] = [];
    for (let turn = 0; turn < 20; turn++) seen.push(await ask(false));
    expect(new Set(seen.map(({ connection }) => connection)).size).toBe(hosts.length);
  });

  const truth = {
    host: 'example.com',
    scheme: 'http',
    remote: { kind: 'ip', address: clientAddress },
    proxy: 'unix',
  };

  it('the handler sees the host that was asked for and the address of the client', async () => {
    expect(await ask(false)).toMatchObject(truth);
  });

  it('what a client says of itself is not believed', async () => {
    const made = {
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      forwarded: 'for=127.0.0.1;proto=https;host=evil.example',
    };
    expect(await ask(false, made)).toMatchObject(truth);
  });

  it('an upgrade passes, and bytes flow both ways until the server ends', async () => {
    const headers = { host: 'example.com', connection: 'upgrade', upgrade: 'shout' };
    const [response, stream] = await new Promise<[IncomingMessage, Duplex]>((resolve, reject) => {
      request({ port, host: '127.0.0.1', headers, agent: false })
        .on('upgrade', (response, socket) => resolve([response, socket]))
        .on('response', ({ statusCode }) => reject(new Error(`answered ${statusCode}`)))
        .on('error', reject)
        .end();
    });
    expect(response.headers.upgrade).toBe('shout');
    stream.write('one ');
    stream.write('two.');
    expect(Buffer.concat(await stream.toArray()).toString()).toBe('ONE TWO.');
  });

  it('hosts that are replaced one after the other under load lose no request', async () => {
    const load = new Load(port, 8);
    for (const [at, path] of socketPaths.entries()) {
      await load.answers(200);
      await hosts[at]!.stop();
      await load.answers(200);
      hosts[at] = await startHost(path);
    }
    await load.answers(200);
    expect(await load.stop()).toEqual({ failed: [] });
  });
});
