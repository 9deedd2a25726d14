import { describe, expect, it } from 'vitest';
import { deferred } from '../../../tools/test-support/deferred.ts';
import { turns } from '../../../tools/test-support/turns.ts';
import { until } from '../../../tools/test-support/until.ts';
import { CheckRunner } from '../src/check-runner.ts';
import type { CheckReport, CheckResult } from '../src/health-check.ts';

/** A check with a timeout of 1 ms whose runs the test ends, and its probes at times that the test sets. */
class Probed {
  readonly runs: ReturnType<typeof deferred<CheckResult>>[] = [];
  #time = 0;
  readonly #runner = new CheckRunner(
    {
      name: 'a',
      timeout: 1,
      check: () => {
        const run = deferred<CheckResult>();
        this.runs.push(run);
        return run.promise;
      },
    },
    5000,
    () => this.#time,
  );

  at(time: number): Promise<CheckReport> {
    this.#time = time;
    return this.#runner.run();
  }
}

describe('a check that ignores its signal and hangs', () => {
  it('is started again after a wait that doubles, and is unhealthy meanwhile', async () => {
    const probed = new Probed();
    const starts: number[] = [];
    for (let time = 0; time < 100; time++) {
      const before = probed.runs.length;
      expect(await probed.at(time)).toMatchObject({
        status: 'unhealthy',
        error: { code: expect.stringMatching(/^HEALTH_CHECKS_(?:TIMEOUT|HANGING)$/) as string },
      });
      if (probed.runs.length > before) starts.push(time);
    }
    expect(starts).toEqual([0, 1, 3, 7, 15, 31, 63]);
  });

  it('is started at the next probe when a run has ended', async () => {
    const probed = new Probed();
    for (const time of [0, 1]) await probed.at(time);
    expect(await probed.at(2)).toMatchObject({ error: { code: 'HEALTH_CHECKS_HANGING' } });
    probed.runs[0]!.resolve();
    await turns();
    const report = probed.at(2);
    await until(() => probed.runs.length === 3);
    probed.runs[2]!.resolve('degraded');
    expect(await report).toMatchObject({ status: 'degraded', error: undefined });
  });
});
