import { WebHostBuilder, defaultSettings, eventIds, hostErrors } from '@windhover/hosting';
import { describe, expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';

const readme = new Readme(import.meta.url);

/** The names in the first column: `useUrls(...urls)` is `useUrls`. */
const namesUnder = (heading: string): string[] =>
  readme.plainTableUnder(heading).map(([name]) => /^\w+/.exec(name!)?.[0] ?? '');

describe('README', () => {
  it.each(['greeting.ts', 'services.ts'])('shows the example %s, and what it prints', async (name) => {
    await expect(readme.expectExample(`examples/${name}`)).resolves.toBeUndefined();
  });

  it('lists every method of the builder, and the shutdown timeout', () => {
    const forOthers = new Set(['constructor', 'createParts']);
    const methods = Object.getOwnPropertyNames(WebHostBuilder.prototype).filter((name) => !forOthers.has(name));
    expect(namesUnder('WebHostBuilder')).toEqual(expect.arrayContaining(methods));
    expect(readme.plainTableUnder('WebHostBuilder')).toContainEqual([
      'useShutdownTimeout(ms)',
      String(defaultSettings.shutdownTimeout),
      expect.any(String),
    ]);
  });

  it('lists every code', () => {
    expect(namesUnder('Errors').filter((name) => name.startsWith('HOSTING_'))).toEqual(Object.keys(hostErrors));
  });

  it('lists every event id', () => {
    const ids = readme.plainTableUnder('Events').map(([id]) => Number(id));
    expect(ids).toEqual(Object.values(eventIds).toSorted((a, b) => a - b));
  });
});
