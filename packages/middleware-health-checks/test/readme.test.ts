import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { eventLoopCheckDefaults, healthChecksDefaults, healthChecksErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it.each(['examples/probes.ts', 'examples/event-loop.ts'])(
  'the README shows %s, and the text that it prints',
  async (example) => {
    await expect(readme.expectExample(example)).resolves.toBeUndefined();
  },
);

it('the README lists every option with its default', () => {
  expect(readme.optionsUnder('Options')).toEqual(readme.shownDefaults(healthChecksDefaults));
});

it('the README lists every option of eventLoopCheck with its default', () => {
  expect(readme.optionsUnder('The event loop')).toEqual({ ...readme.shownDefaults(eventLoopCheckDefaults), delay: '' });
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(healthChecksErrors));
});
