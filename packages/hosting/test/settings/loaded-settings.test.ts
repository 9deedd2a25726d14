import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebHostBuilder, describeSettings, loadSettings } from '../../src/index.ts';
import { SettingsFolder } from './support/settings-folder.ts';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('settings that only the program says', () => {
  it('are in effect', async () => {
    const code = { contentRoot: folder.path, environment: 'staging', shutdownTimeout: 5 };
    const settings = await loadSettings({ code, environment: {} });
    expect(settings.isSet('shutdownTimeout')).toBe(true);
    expect(settings.isSet('drainDelay')).toBe(false);
    const { environment } = new WebHostBuilder().useContentRoot('/').useSettings(settings).build();
    expect(environment).toEqual({ name: 'staging', contentRoot: folder.path });
  });

  it('those of the builder, where there are no others', async () => {
    const settings = await loadSettings({ environment: {} });
    const { environment } = new WebHostBuilder().useEnvironment('own').useSettings(settings).build();
    expect(environment).toEqual({ name: 'own', contentRoot: process.cwd() });
  });
});

describe('sources of settings', () => {
  it.each<[sources: object, message: string]>([
    [{ argv: ['--threads', '2'] }, 'loadSettings has no option "argv"; use args.'],
    [{ env: {} }, 'loadSettings has no option "env"; use environment.'],
    [{ args: '--threads 2' }, 'loadSettings: args must be an array of strings; received the string "--threads 2".'],
  ])('%j is refused: it would have no effect', async (sources, message) => {
    await expect(loadSettings(sources as never)).rejects.toThrow(new TypeError(message));
  });
});

describe('a host without settings', () => {
  it('are the defaults, and NODE_ENV', async () => {
    const settings = await loadSettings({ environment: { NODE_ENV: 'staging' } });
    expect(settings.configuration.values).toMatchObject({ environment: 'staging', threads: 1 });
    expect(settings.plan(false)).toBeUndefined();
    const { environment } = new WebHostBuilder().useEnvironment('own').useSettings(settings).build();
    expect(environment.name).toBe('staging');
  });

  it('can be described', async () => {
    expect(await describeSettings(await loadSettings({ environment: {} }))).toContain('threads = 1   (default)');
  });
});
