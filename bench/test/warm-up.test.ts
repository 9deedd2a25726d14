import { describe, expect, it } from 'vitest';
import { warmUp } from '../lib/run/warm-up.mjs';

/** A burst for each cost; the last cost repeats. */
const burstsOf = (costs: readonly (number | undefined)[]): (() => Promise<{ cpuMicrosPerRequest?: number }>) => {
  let at = 0;
  return async () => {
    const cost = costs[Math.min(at++, costs.length - 1)];
    return cost === undefined ? {} : { cpuMicrosPerRequest: cost };
  };
};

describe('the warm-up of a subject', () => {
  it.each<[name: string, costs: (number | undefined)[], bursts: number]>([
    ['equal costs', [50, 50, 50], 3],
    ['costs that fall by 5 % are steady', [50, 47.5, 45.2], 3],
    ['costs that fall, then stay', [1000, 300, 150, 100, 98, 97], 6],
    ['one disturbed burst does not end it', [100, 250, 80, 79, 78], 5],
    ['costs that always fall: 10 bursts', Array.from({ length: 20 }, (_, at) => 1000 * 0.8 ** at), 10],
    ['no CPU time on this machine: one burst', [undefined], 1],
  ])('%s', async (_name, costs, bursts) => {
    await expect(warmUp(burstsOf(costs))).resolves.toBe(bursts);
  });
});
