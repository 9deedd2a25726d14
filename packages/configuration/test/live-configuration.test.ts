import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  type ConfigurationOptions,
  LiveConfiguration,
  type LiveConfigurationHandlers,
  jsonFile,
  loadConfiguration,
} from '../src/index.ts';
import { TemporaryFolder } from './support/temporary-folder.ts';

const schema = v.strictObject({ title: v.optional(v.string(), 'none') });

let folder: TemporaryFolder;
beforeEach(() => {
  folder = new TemporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const live = async (
  handlers: LiveConfigurationHandlers<v.InferOutput<typeof schema>>,
): Promise<LiveConfiguration<typeof schema>> => {
  const options: ConfigurationOptions<typeof schema> = {
    schema,
    layers: [jsonFile('shop.json', { folder: folder.path })],
  };
  return new LiveConfiguration(options, await loadConfiguration(options), handlers);
};

describe('reload', () => {
  it('tells of the next and the current one, and then the next is current', async () => {
    const told: [string, string][] = [];
    using configuration = await live({
      changed: (next, current) => void told.push([next.values.title, current.values.title]),
      failed: () => expect.unreachable(),
    });
    folder.write('shop.json', { title: 'one' });
    await configuration.reload();
    expect(told).toEqual([['one', 'none']]);
    expect(configuration.current.values.title).toBe('one');
  });

  it('of a bad file keeps the current one, and says why', async () => {
    folder.write('shop.json', { title: 'one' });
    const failures: unknown[] = [];
    using configuration = await live({
      changed: () => expect.unreachable(),
      failed: (error) => void failures.push(error),
    });
    folder.write('shop.json', '{ "title": }');
    await configuration.reload();
    expect(configuration.current.values.title).toBe('one');
    expect(failures).toEqual([expect.any(ConfigurationError)]);
  });

  it('of one that could not be put to use keeps the current one', async () => {
    const failures: unknown[] = [];
    using configuration = await live({
      changed: () => Promise.reject(new Error('the port is taken')),
      failed: (error) => void failures.push(error),
    });
    folder.write('shop.json', { title: 'one' });
    await configuration.reload();
    expect(configuration.current.values.title).toBe('none');
    expect(failures).toEqual([new Error('the port is taken')]);
  });

  it('waits for the one before', async () => {
    const events: string[] = [];
    using configuration = await live({
      changed: async (next) => {
        events.push(`begin ${next.values.title}`);
        folder.write('shop.json', { title: 'two' });
        await Promise.resolve();
        events.push(`end ${next.values.title}`);
      },
      failed: () => expect.unreachable(),
    });
    folder.write('shop.json', { title: 'one' });
    await Promise.all([configuration.reload(), configuration.reload()]);
    expect(events).toEqual(['begin one', 'end one', 'begin two', 'end two']);
  });

  it('after the end does nothing', async () => {
    const configuration = await live({ changed: () => expect.unreachable(), failed: () => expect.unreachable() });
    configuration[Symbol.dispose]();
    await configuration.reload();
    await configuration.watch();
    expect(configuration.current.values.title).toBe('none');
  });
});

describe('watch', () => {
  it('a change between loading and watching is not missed', async () => {
    const titles: string[] = [];
    using configuration = await live({
      changed: ({ values }) => void titles.push(values.title),
      failed: () => expect.unreachable(),
    });
    folder.write('shop.json', { title: 'one' });
    await configuration.watch({ watchFolder: () => () => {} });
    expect(titles).toEqual(['one']);
  });

  it('without a change in between tells of nothing', async () => {
    folder.write('shop.json', { title: 'one' });
    using configuration = await live({ changed: () => expect.unreachable(), failed: () => expect.unreachable() });
    await configuration.watch({ watchFolder: () => () => {} });
    expect(configuration.current.values.title).toBe('one');
  });

  it('a file that appears and changes on a real disk is loaded', async () => {
    const titles: string[] = [];
    let told: () => void = () => {};
    const nextChange = (): Promise<void> => new Promise((resolve) => (told = resolve));
    using configuration = await live({
      changed: ({ values }) => {
        titles.push(values.title);
        told();
      },
      failed: (error) => void titles.push(String(error)),
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
      changed: ({ values }) => told(values.title),
      failed: (error) => told(String(error)),
    });
    await configuration.watch({ quietTime: 20 });
    symlinkSync('..two', at('..data_tmp'));
    renameSync(at('..data_tmp'), at('..data'));
    expect(await change).toBe('two');
  });
});
