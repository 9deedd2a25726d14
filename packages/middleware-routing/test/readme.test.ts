import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { routing, routingDefaults, routingErrors } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/users.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
  expect(rows).toEqual(Object.entries(routingDefaults));
});

it('the README lists every error', () => {
  expect(readme.plainTableUnder('Errors')).toEqual(Object.entries(routingErrors));
});

it('the README says what patterns match', async () => {
  for (const [pattern, matches] of readme.plainTableUnder('Patterns')) {
    const http = MemoryHttp.of([routing((router) => router.get(pattern!, () => undefined))], ({ response }) => {
      response.statusCode = 404;
    });
    for (const match of matches!.split(', ')) {
      const path = match.replace('not ', '');
      expect([pattern, path, (await http.get(path)).status]).toEqual([pattern, path, path === match ? 200 : 404]);
    }
  }
});
