import { describe, expect, it } from 'vitest';
import { parseByteSize, parseDuration } from '../src/index.ts';

describe('units', () => {
  it.each<[string, number | undefined]>([
    ['250', 250],
    ['250ms', 250],
    ['30s', 30_000],
    ['1.5 m', 90_000],
    ['2H', 7_200_000],
    ['1d', 86_400_000],
    ['infinite', Infinity],
    ['', undefined],
    ['-1s', undefined],
    ['1w', undefined],
    ['s', undefined],
  ])('duration %j', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each<[string, number | undefined]>([
    ['512', 512],
    ['512 B', 512],
    ['32KiB', 32_768],
    ['30 mb', 30_000_000],
    ['1.5GiB', 1_610_612_736],
    ['1.001MB', 1_001_000],
    ['8.2 kB', 8200],
    ['1.10GB', 1_100_000_000],
    ['0.3b', undefined],
    ['1.0001kB', undefined],
    ['1TB', undefined],
    ['-1', undefined],
    ['infinite', undefined],
    ['9999999999GiB', undefined],
  ])('size %j', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });
});
