import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { http1 } from '@windhover/http1';
import { sockets } from '@windhover/transport-sockets';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebHost, WebHostBuilder, loadSettings } from '../../src/index.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { SettingsFolder } from './support/settings-folder.ts';

let folder: SettingsFolder;
let running: WebHost | undefined;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(async () => {
  await running?.stop();
  folder[Symbol.dispose]();
});

/** Replaces the file at once, because the host may read it at any time. */
const configure = (settings: object): void => {
  const next = folder.write('next.json', { urls: 'http://127.0.0.1:0', ...settings });
  renameSync(next, join(folder.path, 'windhover.json'));
};

/** A running host with the settings of the file, and the logger with its entries. */
const started = async (): Promise<{ host: WebHost; logger: RecordingLogger }> => {
  configure({});
  const settings = await loadSettings({ code: { contentRoot: folder.path }, environment: {} });
  const logger = new RecordingLogger();
  const host = new WebHostBuilder()
    .useTransport(sockets())
    .useProtocol(http1())
    .useSettings(settings)
    .useLogger(logger)
    .configure((app) => void app.run(({ response }) => response.send('ok')))
    .build();
  running = host;
  await host.start();
  return { host, logger };
};

describe('a reload without addresses', () => {
  it('keeps the old ones, says so, and the next one changes them again', async () => {
    const { host, logger } = await started();
    const [address] = host.addresses;
    configure({ urls: undefined });
    expect(await host.reload()).toBe(true);
    expect(host.addresses).toEqual([address]);
    expect(await (await fetch(address!)).text()).toBe('ok');
    expect(logger.entries.map(({ message }) => message)).toContain(
      'These settings take effect after a restart: urls, ports or server.endpoints',
    );
    configure({ urls: 'http://localhost:0' });
    expect(await host.reload()).toBe(true);
    expect(host.addresses).toEqual([expect.stringMatching(/^http:\/\/localhost:/)]);
  });
});

describe('the log of a reload', () => {
  const changed = 'The configuration has changed';
  const limits = 'These settings take effect after a restart: server.limits';
  const otherLimits = { server: { limits: { maxRequestHeaderCount: 50 } } };

  it.each<[title: string, steps: [settings: object, messages: string[]][]]>([
    ['an unchanged configuration is not called changed', [[{}, []]]],
    [
      'a setting that needs a restart is not named when it has the value of the start again',
      [
        [otherLimits, [changed, limits]],
        [{}, [changed]],
      ],
    ],
    [
      'a setting that needs a restart is named with later changes, too',
      [
        [otherLimits, [changed, limits]],
        [{ ...otherLimits, logging: { level: { default: 'warn' } } }, [changed, limits]],
      ],
    ],
  ])('%s', async (_title, steps) => {
    const { host, logger } = await started();
    for (const [next, messages] of steps) {
      logger.entries.length = 0;
      configure(next);
      await host.reload();
      const seen = logger.entries.map(({ message }) => message).filter((message) => message !== 'Reloaded');
      expect(seen).toEqual(messages);
    }
  });
});
