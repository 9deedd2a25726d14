import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  ConfigurationError,
  type ConfigurationOptions,
  LiveConfiguration,
  type LiveConfigurationHandlers,
  jsonFile,
  loadConfiguration,
} from '../src/index.ts';
import { until } from '../../../tools/test-support/until.ts';
import { TemporaryFolder } from './support/temporary-folder.ts';

const schema = v.strictObject({ title: v.optional(v.string(), 'none') });

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const live = async (
  handlers: LiveConfigurationHandlers<v.InferOutput<typeof schema>>,
  { required = false, isTitleRequired = false } = {},
): Promise<LiveConfiguration<typeof schema>> => {
  const options: ConfigurationOptions<typeof schema> = {
    schema: isTitleRequired ? (v.strictObject({ title: v.string() }) as unknown as typeof schema) : schema,
    layers: [jsonFile('shop.json', { folder: folder.path, required })],
  };
  return new LiveConfiguration(options, await loadConfiguration(options), handlers);
};

/** Watches without the disk. @returns reports a change of the file, and ends the quiet time */
const watchByHand = async (configuration: LiveConfiguration<typeof schema>): Promise<() => void> => {
  let stir = (): void => {};
  let settle = (): void => {};
  await configuration.watch({
    delay: (_milliseconds, callback) => {
      settle = callback;
      return () => {};
    },
    watchFolder: (_folder, changed) => {
      stir = () => changed('shop.json');
      return () => {};
    },
  });
  return () => {
    stir();
    settle();
  };
};

describe('reload', () => {
  it('passes the next and the current one, and then the next becomes current', async () => {
    const told: [string, string][] = [];
    using configuration = await live({
      onChanged: (next, current) => void told.push([next.values.title, current.values.title]),
      onFailed: () => expect.unreachable(),
    });
    folder.write('shop.json', { title: 'one' });
    await configuration.reload();
    expect(told).toEqual([['one', 'none']]);
    expect(configuration.current.values.title).toBe('one');
  });

  it('of a bad file keeps the current one, and reports the reason', async () => {
    folder.write('shop.json', { title: 'one' });
    const failures: unknown[] = [];
    using configuration = await live({
      onChanged: () => expect.unreachable(),
      onFailed: (error) => void failures.push(error),
    });
    folder.write('shop.json', '{ "title": }');
    await configuration.reload();
    expect(configuration.current.values.title).toBe('one');
    expect(failures).toEqual([expect.any(ConfigurationError)]);
  });

  it('works again after onFailed has thrown', async () => {
    const titles: string[] = [];
    using configuration = await live({
      onChanged: ({ values }) => void titles.push(values.title),
      onFailed: (error) => {
        throw error;
      },
    });
    folder.write('shop.json', '{ "title": }');
    await expect(configuration.reload()).rejects.toThrow(ConfigurationError);
    folder.write('shop.json', { title: 'one' });
    await configuration.reload();
    expect(titles).toEqual(['one']);
  });

  it('whose handler fails keeps the current one', async () => {
    const failures: unknown[] = [];
    using configuration = await live({
      onChanged: () => Promise.reject(new Error('the port is taken')),
      onFailed: (error) => void failures.push(error),
    });
    folder.write('shop.json', { title: 'one' });
    await configuration.reload();
    expect(configuration.current.values.title).toBe('none');
    expect(failures).toEqual([new Error('the port is taken')]);
  });

  it('waits for the one before', async () => {
    const events: string[] = [];
    using configuration = await live({
      onChanged: async (next) => {
        events.push(`begin ${next.values.title}`);
        folder.write('shop.json', { title: 'two' });
        await Promise.resolve();
        events.push(`end ${next.values.title}`);
      },
      onFailed: () => expect.unreachable(),
    });
    folder.write('shop.json', { title: 'one' });
    await Promise.all([configuration.reload(), configuration.reload()]);
    expect(events).toEqual(['begin one', 'end one', 'begin two', 'end two']);
  });

  it('after the end does nothing', async () => {
    const configuration = await live({ onChanged: () => expect.unreachable(), onFailed: () => expect.unreachable() });
    configuration[Symbol.dispose]();
    await configuration.reload();
    await configuration.watch();
    expect(configuration.current.values.title).toBe('none');
  });
});

describe('a failure', () => {
  it('of one reload is passed to its own callback, and not to that of another one', async () => {
    const failures: [string, unknown][] = [];
    using configuration = await live({
      onChanged: () => {},
      onFailed: (error) => {
        failures.push(['all', error]);
        folder.write('shop.json', { title: 'one' });
      },
    });
    folder.write('shop.json', '{ "title": }');
    const failing = configuration.reload();
    const own = configuration.reload((error) => void failures.push(['own', error]));
    await failing;
    await own;
    folder.write('shop.json', { title: 1 });
    await configuration.reload((error) => void failures.push(['own', error]));
    expect(failures.map(([of, error]) => [of, (error as ConfigurationError).code])).toEqual([
      ['all', 'CONFIGURATION_JSON_INVALID'],
      ['own', 'CONFIGURATION_VALUE_INVALID'],
    ]);
  });
});

describe('watch', () => {
  it('goes on after onFailed has thrown, with a warning', async () => {
    const warnings: Error[] = [];
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(warning as Error));
    onTestFinished(() => warn.mockRestore());
    const titles: string[] = [];
    using configuration = await live({
      onChanged: ({ values }) => void titles.push(values.title),
      onFailed: () => {
        throw new Error('the log is closed');
      },
    });
    const change = await watchByHand(configuration);
    for (const [content, isDone] of [
      ['{ "title": }', () => warnings.length === 1],
      ['{ "title": "one" }', () => titles.length === 1],
    ] as const) {
      folder.write('shop.json', content);
      change();
      await until(isDone);
    }
    expect(titles).toEqual(['one']);
    expect(warn.mock.calls[0]).toEqual([
      expect.stringMatching(/^onFailed /),
      expect.objectContaining({ detail: expect.stringContaining('the log is closed') }),
    ]);
  });

  it('a change between loading and watching is not missed', async () => {
    const titles: string[] = [];
    using configuration = await live({
      onChanged: ({ values }) => void titles.push(values.title),
      onFailed: () => expect.unreachable(),
    });
    folder.write('shop.json', { title: 'one' });
    await configuration.watch({ watchFolder: () => () => {} });
    expect(titles).toEqual(['one']);
  });

  it('without a change reports nothing', async () => {
    folder.write('shop.json', { title: 'one' });
    using configuration = await live({ onChanged: () => expect.unreachable(), onFailed: () => expect.unreachable() });
    await configuration.watch({ watchFolder: () => () => {} });
    expect(configuration.current.values.title).toBe('one');
  });

  it('a file that appears and changes on a real disk is loaded', async () => {
    const titles: string[] = [];
    let told: () => void = () => {};
    const nextChange = (): Promise<void> => new Promise((resolve) => (told = resolve));
    using configuration = await live({
      onChanged: ({ values }) => {
        titles.push(values.title);
        told();
      },
      onFailed: (error) => void titles.push(String(error)),
    });
    await configuration.watch({ quietTime: 20 });
    for (const title of ['one', 'two']) {
      const change = nextChange();
      folder.write('shop.json', { title });
      await change;
    }
    expect(titles).toEqual(['one', 'two']);
  });

  it.skipIf(process.platform === 'win32')('a link that Kubernetes swaps on a real disk is followed', async () => {
    const at = (name: string): string => join(folder.path, name);
    for (const name of ['one', 'two']) folder.write(`..${name}/shop.json`, { title: name });
    symlinkSync('..one', at('..data'));
    symlinkSync('..data/shop.json', at('shop.json'));
    let told: (title: string) => void = () => {};
    const change = new Promise<string>((resolve) => (told = resolve));
    using configuration = await live({
      onChanged: ({ values }) => told(values.title),
      onFailed: (error) => told(String(error)),
    });
    await configuration.watch({ quietTime: 20 });
    symlinkSync('..two', at('..data_tmp'));
    renameSync(at('..data_tmp'), at('..data'));
    expect(await change).toBe('two');
  });
});

describe('a file that is missing for a moment', () => {
  const path = (): string => join(folder.path, 'shop.json');
  /** Records the reported events, in order. */
  const watched = async (options?: Parameters<typeof live>[1]) => {
    const reports: string[] = [];
    const configuration = await live(
      {
        onChanged: ({ values }) => void reports.push(`changed ${values.title}`),
        onFailed: (error) => void reports.push(`failed ${(error as ConfigurationError).code}`),
        onFilesMissing: ({ code }) => void reports.push(`missing ${code}`),
      },
      options,
    );
    const change = await watchByHand(configuration);
    /** Advances past the quiet time. @param expected reports to wait for */
    const look = async (expected?: number): Promise<void> => {
      change();
      if (expected !== undefined) await until(() => reports.length === expected);
    };
    return { configuration, reports, look };
  };

  it.each<[how: string, remove: () => void]>([
    ['renamed', () => renameSync(path(), `${path()}~`)],
    ['removed', () => rmSync(path())],
    ['emptied', () => writeFileSync(path(), '')],
    ['blank', () => writeFileSync(path(), ' \n')],
  ])('%s: the current configuration stays, with one warning; then the new file is read', async (_, remove) => {
    folder.write('shop.json', { title: 'one' });
    const { configuration, reports, look } = await watched();
    remove();
    await look(1);
    writeFileSync(path(), '\n\n');
    await look();
    expect(reports).toEqual(['missing CONFIGURATION_FILE_MISSING']);
    expect(configuration.current.values.title).toBe('one');
    writeFileSync(path(), '{ "title": ');
    await look(2);
    expect(reports.slice(1)).toEqual(['failed CONFIGURATION_JSON_INVALID']);
    folder.write('shop.json', { title: 'two' });
    await look(3);
    expect(reports.slice(2)).toEqual(['changed two']);
    configuration[Symbol.dispose]();
  });

  it.each([{ required: true }, { isTitleRequired: true }, { required: true, isTitleRequired: true }])(
    'with %j, too: no failure, and the new file is read',
    async (options) => {
      folder.write('shop.json', { title: 'one' });
      const { configuration, reports, look } = await watched(options);
      renameSync(path(), `${path()}~`);
      await look(1);
      folder.write('shop.json', { title: 'two' });
      await look(2);
      expect(reports).toEqual(['missing CONFIGURATION_FILE_MISSING', 'changed two']);
      configuration[Symbol.dispose]();
    },
  );

  it('and is the same again: nothing has changed, and the next absence is a warning again', async () => {
    folder.write('shop.json', { title: 'one' });
    const { configuration, reports, look } = await watched();
    for (let time = 0; time < 2; time++) {
      renameSync(path(), `${path()}~`);
      await look(2 * time + 1);
      renameSync(`${path()}~`, path());
      await look();
      await configuration.reload();
    }
    // The changes are those of `reload`, which is always one.
    const expected = ['missing CONFIGURATION_FILE_MISSING', 'changed one'];
    expect(reports).toEqual([...expected, ...expected]);
    configuration[Symbol.dispose]();
  });

  it('when a reload is asked for: it fails, and the current configuration stays', async () => {
    folder.write('shop.json', { title: 'one' });
    const { configuration, reports } = await watched();
    rmSync(path());
    await configuration.reload();
    expect(reports).toEqual(['failed CONFIGURATION_FILE_MISSING']);
    expect(configuration.current.values.title).toBe('one');
    configuration[Symbol.dispose]();
  });

  it('a file that never existed may stay missing', async () => {
    const { configuration, reports } = await watched();
    await configuration.reload();
    expect(reports).toEqual(['changed none']);
    configuration[Symbol.dispose]();
  });
});
