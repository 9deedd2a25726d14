import { fc } from '../../../../tools/test-support/property.ts';
import { ConfigurationError } from '@windhover/configuration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsJsonSchema } from './json-schema.ts';
import { SettingsFolder, type Told } from './support/settings-folder.ts';

/** Every name that settings have anywhere, so that what is made up gets past the first key. */
const names = [
  ...new Set([...JSON.stringify(settingsJsonSchema()).matchAll(/"([a-zA-Z]+)":\{/g)].map(([, name]) => name!)),
];

const key = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string());
const texts = ['http://*:1', 'https://localhost:0', 'a;b', '1', '30s', '1KiB', 'null', 'true', 'info', 'tls12', '*'];
const text = fc.oneof(fc.constantFrom(...texts), fc.string());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.integer({ min: -2, max: 100_000 }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));

describe('whatever is said', () => {
  let folder: SettingsFolder;
  beforeEach(() => {
    folder = new SettingsFolder();
  });
  afterEach(() => folder[Symbol.dispose]());

  /** Whether there is a plan, or an error that says why not. */
  const isHandled = async (told: Told = {}): Promise<boolean> => {
    try {
      await folder.plan(told);
      return true;
    } catch (error) {
      return error instanceof ConfigurationError;
    }
  };

  it('a file is either a plan or problems', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value), async (settings) => {
        folder.write('windhover.json', settings);
        expect(await isHandled()).toBe(true);
      }),
    );
  });

  it('a file in pieces is either a plan or problems', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(key, value), fc.nat(), fc.nat(), async (settings, from, length) => {
        const json = JSON.stringify(settings);
        const start = from % json.length;
        folder.write('windhover.json', json.slice(0, start) + json.slice(start + (length % 5)));
        expect(await isHandled()).toBe(true);
      }),
    );
  });

  it('environment and command line are either a plan or problems', async () => {
    const path = fc.array(key, { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, text)), fc.array(fc.tuple(path, text)), async (variables, args) => {
        const told = {
          environment: Object.fromEntries(variables.map(([parts, given]) => [`WINDHOVER_${parts.join('__')}`, given])),
          args: args.map(([parts, given]) => `--${parts.join(':')}=${given}`),
        };
        expect(await isHandled(told)).toBe(true);
      }),
    );
  });
});
