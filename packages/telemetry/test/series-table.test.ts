import { describe, expect, it } from 'vitest';
import { requestMessage } from '../../../tools/test-support/request-message.ts';
import { SeriesTable } from '../src/metrics/series-table.ts';

describe('attributes of the application', () => {
  it.each<[one: unknown, other: unknown]>([
    [['a,b'], ['a', 'b']],
    [1, '1'],
    [Number.NaN, Number.POSITIVE_INFINITY],
    [null, undefined],
    [1n, 2n],
  ])('%o and %o are the values of two series', (...values) => {
    const table = new SeriesTable((attributes) => attributes['added']);
    const found = values.map((added) => table.find(requestMessage('/', {}), { added }));
    expect(found).toEqual(values);
  });
});
