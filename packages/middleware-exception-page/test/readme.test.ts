import { expect, it } from 'vitest';
import { Readme } from '../../../tools/test-support/readme.ts';
import { exceptionPageDefaults } from '../src/index.ts';

const readme = new Readme(import.meta.url);

it('the README shows the example, and what it prints', async () => {
  await expect(readme.expectExample('examples/order.ts')).resolves.toBeUndefined();
});

it('the README lists every option with its default', () => {
  const shown = (value: unknown): string =>
    typeof value === 'function' ? '' : Array.isArray(value) ? value.join(', ') : String(value);
  const rows = readme.plainTableUnder('Options').map(([name, value]) => [name, value]);
  expect(rows.map(([name, value]) => (name === 'onError' ? [name, ''] : [name, value]))).toEqual(
    Object.entries(exceptionPageDefaults).map(([name, value]) => [name, shown(value)]),
  );
});
