import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { type WebHost, WebHostBuilder, loadSettings } from '@windhover/hosting';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../tools/test-support/free-port.ts';
import { RecordingLogger } from './recording-logger.ts';
import { SettingsFolder } from './settings/support/settings-folder.ts';

const open: WebHost[] = [];
const logger = new RecordingLogger();

afterEach(async () => {
  await Promise.all(open.splice(0).map((host) => host.stop(AbortSignal.abort())));
});

const hostOn = (...urls: string[]): WebHost => {
  const host = new WebHostBuilder()
    .useTransport(sockets())
    .useProtocol(http1())
    .useLogger(logger)
    .useUrls(...urls)
    .configure((app) => void app.run((context) => context.response.send(context.request.path)))
    .build();
  open.push(host);
  return host;
};

const textOf = async (url: string): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();

describe('a host over sockets', () => {
  it('publishes the port that port 0 became, and is reached there', async () => {
    const host = hostOn('http://127.0.0.1:0');
    await host.start();
    const [address] = host.addresses;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    expect(await textOf(`${address}/here`)).toBe('/here');
  });

  it('localhost is one port on both loopback addresses', async () => {
    const host = hostOn('http://localhost:0');
    await host.start();
    const { port } = new URL(host.addresses[0]!);
    expect(await textOf(`http://127.0.0.1:${port}/four`)).toBe('/four');
    expect(await textOf(`http://[::1]:${port}/six`)).toBe('/six');
  });

  it.skipIf(process.platform === 'win32')('a unix socket, whose file is gone after the stop', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-'));
    try {
      const socketPath = join(folder, 'host.sock');
      const host = hostOn(`http://unix:${socketPath}`);
      await host.start();
      expect(host.addresses).toEqual([`http://unix:${socketPath}`]);
      expect(await statusOver(socketPath)).toBe(200);
      await host.stop();
      await expect(statusOver(socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('TLS on a port for plain HTTP is one warning for each endpoint', async () => {
    const host = hostOn('http://127.0.0.1:0', 'http://127.0.0.1:0');
    await host.start();
    logger.entries.length = 0;
    const ports = host.addresses.map((address) => Number(new URL(address).port));
    for (const port of [ports[0]!, ports[1]!, ports[0]!]) {
      const client = connectTls({ host: '127.0.0.1', port });
      await expect(once(client, 'secureConnect')).rejects.toMatchObject({ code: 'ERR_SSL_WRONG_VERSION_NUMBER' });
    }
    expect(logger.entries.filter(({ level }) => level === 'warn')).toEqual(
      ports.map((port) => ({
        level: 'warn',
        details: { category: 'windhover.server' },
        message: `127.0.0.1:${port}: A client used TLS on this plain HTTP port; further ones are not logged`,
      })),
    );
    expect(logger.entries.filter(({ level }) => level === 'debug')).toHaveLength(3);
  });

  it('a start that fails at the second address frees the first', async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, '127.0.0.1', listening));
    const taken = (blocker.address() as { port: number }).port;
    const free = await freePort();
    try {
      const host = hostOn(`http://127.0.0.1:${free};http://127.0.0.1:${taken}`);
      await expect(host.start()).rejects.toMatchObject({ code: 'TRANSPORT_ADDRESS_IN_USE' });
      await expect(textOf(`http://127.0.0.1:${free}/`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    } finally {
      blocker.close();
    }
  });
});

const statusOver = (socketPath: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ socketPath, path: '/', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('Kestrel: addresses of useUrls', () => {
  const url = 'http://127.0.0.1:0';
  const unused = 'http://127.0.0.1:1';

  it.each([
    [
      'endpoints of the file: they are not used, with a warning',
      { server: { endpoints: { web: { url } } } },
      [`${unused}: not used, because endpoints are configured`],
    ],
    ['urls of the file: they are overridden without a warning', { urls: url }, []],
  ])('beside %s', async (_name, settings, warnings) => {
    using folder = new SettingsFolder();
    folder.write('windhover.json', settings);
    const loaded = await loadSettings({ environment: {}, code: { contentRoot: folder.path } });
    const ownLogger = new RecordingLogger();
    const host = new WebHostBuilder()
      .useTransport(sockets())
      .useProtocol(http1())
      .useLogger(ownLogger)
      .useUrls(unused)
      .useSettings(loaded)
      .configure((app) => void app.run((context) => context.response.send('')))
      .build();
    open.push(host);
    await host.start();
    expect(host.addresses).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:(?!1$)\d+$/)]);
    const warned = ownLogger.entries.filter(({ level }) => level === 'warn');
    expect(warned.map(({ message }) => message)).toEqual(warnings);
  });
});
