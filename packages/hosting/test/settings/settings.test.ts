import { resolveServerLimits, serverLimitDefaults } from '@windhover/server';
import { loadConfiguration } from '@windhover/configuration';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, describeSettings, mayHaveSettings, planSettings } from '../../src/settings/index.ts';
import { limitsSchema } from '../../src/settings/limits-schema.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { SettingsFolder, type Told } from './support/settings-folder.ts';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('settings', () => {
  it('by default are those of the schema', () => {
    expect(v.parse(settingsSchema({}), {})).toEqual(defaultSettings);
  });

  it('go from the command line over environment and files to the program', async () => {
    folder.write('windhover.json', { threads: 2, drainDelay: 2, shutdownTimeout: 2, urls: 'http://*:2' });
    folder.write('windhover.production.json', { drainDelay: 3, shutdownTimeout: 3, urls: 'http://*:3' });
    const { values } = await folder.load({
      code: { threads: 1, drainDelay: 1, shutdownTimeout: 1, allowedHosts: ['code'] },
      environment: { WINDHOVER_SHUTDOWN_TIMEOUT: '4', WINDHOVER_URLS: 'http://*:4' },
      args: ['--urls', 'http://*:5'],
    });
    expect(values).toMatchObject({
      allowedHosts: ['code'],
      threads: 2,
      drainDelay: 3,
      shutdownTimeout: 4,
      urls: ['http://*:5'],
    });
  });

  it('that only the program gives are not checked, and lie over the defaults', async () => {
    const configuration = await folder.load({ code: { threads: 3, server: { limits: { maxRequestHeaderCount: 5 } } } });
    expect(configuration.isEmpty).toBe(true);
    expect(configuration.values).toEqual({
      ...defaultSettings,
      contentRoot: folder.path,
      threads: 3,
      server: { ...defaultSettings.server, limits: { ...serverLimitDefaults, maxRequestHeaderCount: 5 } },
    });
  });

  it.each(['0x50', '8e1', '+80', '80.0', '80;0b1'])(
    'the ports %j are refused, because they have more than digits',
    async (ports) => {
      folder.write('windhover.json', { httpPorts: ports });
      const { problems } = await folder.refusal();
      expect(problems).toMatchObject([{ code: 'CONFIGURATION_VALUE_INVALID', key: 'httpPorts' }]);
    },
  );

  it('times and sizes may have units', async () => {
    folder.write('windhover.json', {
      shutdownTimeout: 'infinite',
      server: { limits: { keepAliveTimeout: '2m', maxRequestBodySize: '1GiB', maxRequestBufferSize: null } },
    });
    const { values } = await folder.load({ environment: { WINDHOVER_DRAIN_DELAY: '5s' } });
    expect(values).toMatchObject({ shutdownTimeout: Infinity, drainDelay: 5000 });
    expect(values.server.limits).toMatchObject({
      keepAliveTimeout: 120_000,
      maxRequestBodySize: 2 ** 30,
      maxRequestBufferSize: null,
    });
  });

  it('ignores variables with the prefix that are not settings', async () => {
    const environment = {
      WINDHOVER_THREAD: '1',
      WINDHOVER_DEV_CERTS: '/certificates',
      WINDHOVER_VERBOSE: '1',
      WINDHOVER_DASHBOARD_TOKEN: 'secret',
    };
    expect((await folder.load({ environment })).isEmpty).toBe(true);
  });
});

describe('mayHaveSettings', () => {
  it.each<[string, Told & { file?: string }, string | undefined, boolean]>([
    ['nothing', {}, undefined, false],
    ['values of the program', { code: { threads: 3 } }, undefined, false],
    ['NODE_ENV', { environment: { NODE_ENV: 'x' } }, undefined, false],
    ['variables of other parts', { environment: { WINDHOVER_THREAD: '1', OTHER: '1' } }, undefined, false],
    ['an argument', { args: ['--threads=1'] }, undefined, true],
    ['PORT', { environment: { PORT: '80' } }, undefined, true],
    ['a variable', { environment: { WINDHOVER_THREADS: '1' } }, undefined, true],
    ['a named file', { file: 'none.json' }, undefined, true],
    ['a file', {}, 'windhover.json', true],
    ['a file of the environment', {}, 'windhover.production.json', true],
    ['a file of another environment', {}, 'windhover.staging.json', false],
    ['a file of NODE_ENV', { environment: { NODE_ENV: 'Staging' } }, 'windhover.staging.json', true],
  ])('%s', (_name, told, file, expected) => {
    if (file !== undefined) folder.write(file, {});
    const { environment = {}, code = {} } = told;
    expect(mayHaveSettings({ ...told, environment, code: { contentRoot: folder.path, ...code } })).toBe(expected);
  });

  it('what it says no to is not read', async () => {
    const configuration = await folder.load({ environment: { NODE_ENV: 'staging' } });
    expect([configuration.isEmpty, configuration.values.environment]).toEqual([true, 'staging']);
  });
});

describe('the environment', () => {
  it.each<[string, object, string]>([
    ['is production', {}, 'production'],
    ['is what the program says', { code: { environment: 'code' } }, 'code'],
    ['is NODE_ENV before that', { code: { environment: 'code' }, environment: { NODE_ENV: 'node' } }, 'node'],
    [
      'is WINDHOVER_ENVIRONMENT before that',
      { environment: { NODE_ENV: 'node', WINDHOVER_ENVIRONMENT: 'Ours' } },
      'Ours',
    ],
    [
      'is the argument before that',
      { environment: { WINDHOVER_ENVIRONMENT: 'x' }, args: ['--environment=arg'] },
      'arg',
    ],
  ])('%s, and its file is read', async (_name, told, name) => {
    folder.write(`windhover.${name.toLowerCase()}.json`, { threads: 7 });
    const { values } = await folder.load(told);
    expect(values).toMatchObject({ environment: name, threads: 7 });
  });

  it('cannot lead out of the folder', async () => {
    folder.write('windhover.x/../../y.json', {});
    const { message } = await folder.refusal({ args: ['--environment', 'x/../../y'] });
    expect(message).toContain('environment is "x/../../y"; it must be a name of letters');
  });
});

describe('the content root', () => {
  it('of the command line is where files are read', async () => {
    folder.write('here/windhover.json', { threads: 7 });
    const { values } = await folder.load({ args: ['--content-root', `${folder.path}/here`] });
    expect(values.threads).toBe(7);
  });

  it('a file may be named, which has to exist then, and one for the environment beside it', async () => {
    folder.write('conf/shop.json', { threads: 7 });
    folder.write('conf/shop.production.json', { drainDelay: 7 });
    const load = async (file: string) => {
      const { options } = await planSettings({ file, environment: {}, code: { contentRoot: folder.path } });
      return (await loadConfiguration(options)).values;
    };
    expect(await load('conf/shop.json')).toMatchObject({ threads: 7, drainDelay: 7 });
    await expect(load('conf/other.json')).rejects.toThrow('conf/other.json: the file does not exist');
  });
});

describe('sections of an application', () => {
  const sections = { shop: v.optional(v.strictObject({ title: v.optional(v.string(), 'Shop') }), {}) };

  it('that are declared are typed, also without any configuration', async () => {
    const { options } = await planSettings({ environment: {}, sections, code: { contentRoot: folder.path } });
    const { values } = await loadConfiguration(options);
    const title: string = values.shop.title;
    expect([title, values.threads]).toEqual(['Shop', 1]);
  });

  it('that are not declared are unknown keys', async () => {
    folder.write('windhover.json', { shop: { title: 'x' } });
    expect((await folder.refusal()).problems[0]).toMatchObject({ code: 'CONFIGURATION_KEY_UNKNOWN', key: 'shop' });
  });

  it('app is free', async () => {
    folder.write('windhover.json', { app: { anything: [{ goes: 1 }] } });
    const { values } = await folder.load({ environment: { WINDHOVER_APP__MORE_OF: 'it' } });
    expect(values.app).toEqual({ anything: [{ goes: 1 }], moreOf: 'it' });
  });

  it('app may be declared, too', async () => {
    folder.write('windhover.json', { app: { title: 5 } });
    const declared = { app: sections.shop };
    const { options } = await planSettings({ environment: {}, sections: declared, code: { contentRoot: folder.path } });
    await expect(loadConfiguration(options)).rejects.toThrow('app.title is 5; it must be a string');
  });
});

describe('limits', () => {
  it('have the names and defaults of ServerLimits', () => {
    expect(v.parse(limitsSchema, {})).toEqual(serverLimitDefaults);
  });

  const accepts = (check: () => unknown): boolean => {
    try {
      check();
      return true;
    } catch {
      return false;
    }
  };

  const rates = [0, 1, Infinity].flatMap((bytesPerSecond) =>
    [999, 1000, 1000.5, 5000, Infinity].map((gracePeriod) => ({ bytesPerSecond, gracePeriod })),
  );
  const values = [null, -1, 0, 0.5, 1, 1.5, 2 ** 40, 2 ** 60, Infinity, NaN, '', ...rates, {}];

  it.each(Object.keys(serverLimitDefaults))('%s has the range of ServerLimits', (name) => {
    const roomy = name === 'maxRequestBufferSize' ? {} : { maxRequestBufferSize: null };
    for (const value of values) {
      // A buffer that is smaller than a head is another rule.
      if (name === 'maxRequestBufferSize' && value === 1) continue;
      const byCode = accepts(() => resolveServerLimits({ ...roomy, [name]: value }));
      expect([value, accepts(() => v.parse(limitsSchema, { [name]: value }))]).toEqual([value, byCode]);
    }
  });
});

describe('describeSettings', () => {
  it('lists every setting with its source, and masks secrets', async () => {
    folder.write('windhover.json', {
      server: { endpoints: { web: { url: 'https://*:5001', certificate: { path: 'web.pfx', password: 'hunter2' } } } },
    });
    const lines = await describeSettings(
      await folder.load({ code: { threads: 3 }, environment: { PORT: '80' }, args: ['--shutdown-timeout', '1m'] }),
    );
    expect(lines.join('\n').replaceAll(folder.path, '/app')).toMatchSnapshot();
    expect(lines.join()).not.toContain('hunter2');
  });

  it('knows the source of what the program says, if the schema is asked', async () => {
    const lines = await describeSettings(await folder.load({ code: { threads: 3 }, always: true }));
    expect(lines).toContain('threads = 3   (code)');
  });

  it.each<[name: string, args: string[], isDefault: boolean]>([
    ['no source has an address', [], true],
    ['there are addresses', ['--urls', 'http://localhost:1'], false],
    ['there are ports', ['--httpPorts', '1'], false],
    ['there are endpoints', ['--server.endpoints.a.url', 'http://localhost:1'], false],
  ])('lists the default address only where it applies: %s, %j: %s', async (_, args, isDefault) => {
    const lines = await describeSettings(await folder.load({ args, always: true }));
    expect(lines.includes('urls = http://localhost:5000   (default)')).toBe(isDefault);
  });
});
