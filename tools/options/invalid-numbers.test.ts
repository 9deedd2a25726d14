import { describe, expect, it } from 'vitest';
import { optionsOfPackages } from './options-of-packages.ts';

const withNumbers = optionsOfPackages
  .map(([name, defaults, resolve]) => {
    const numbers = Object.entries(defaults).filter(([, value]) => typeof value === 'number');
    return [name, numbers.map(([option]) => option), resolve] as const;
  })
  .filter(([, numbers]) => numbers.length > 0);

describe('an option that is not a valid number is refused, and the message shows it', () => {
  it.each(withNumbers)('%s: %j', (_name, numbers, resolve) => {
    for (const option of numbers) {
      expect(() => resolve({ [option]: Number.NaN })).toThrow(/\bNaN\b/);
      expect(() => resolve({ [option]: -1234n })).toThrow(/-1234\b/);
    }
  });
});
