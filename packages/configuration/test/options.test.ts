import * as v from 'valibot';
import { expect, it } from 'vitest';
import {
  type JsonFileOptions,
  LiveConfiguration,
  type WatchOptions,
  jsonFile,
  loadConfiguration,
} from '../src/index.ts';

const options = { layers: [], schema: v.object({}) };
const handlers = { onChanged: () => {}, onFailed: () => {} };
const live = async (): Promise<LiveConfiguration<typeof options.schema>> =>
  new LiveConfiguration(options, await loadConfiguration(options), handlers);

it.each<[title: string, call: () => unknown, message: string]>([
  [
    'jsonFile',
    () => jsonFile('a.json', { require: true } as JsonFileOptions),
    'jsonFile has no option "require"; its options are folder, required.',
  ],
  [
    'loadConfiguration',
    () => loadConfiguration({ ...options, isEmpty: {} } as typeof options),
    'loadConfiguration has no option "isEmpty"; its options are layers, schema, ifEmpty, check, otherNames.',
  ],
  [
    'LiveConfiguration',
    async () =>
      new LiveConfiguration(options, await loadConfiguration(options), {
        ...handlers,
        onFilesMiss: () => {},
      } as typeof handlers),
    'LiveConfiguration has no option "onFilesMiss"; its options are onChanged, onFailed, onFilesMissing.',
  ],
  [
    'watch',
    async () => (await live()).watch({ quiet: 5 } as WatchOptions),
    'watch has no option "quiet"; its options are quietTime, delay, watchFolder.',
  ],
])('%s: an unknown option is a TypeError that names it', async (_title, call, message) => {
  await expect((async () => call())()).rejects.toThrow(new TypeError(message));
});
