import { describe, expect, it } from 'vitest';
import { parseH2loadOutput } from '../lib/load/h2load.mjs';

const output = (finished: string, counts: string, statuses: string): string => `starting benchmark...
finished in ${finished}, 500000.00 req/s, 30.00MB/s
requests: ${counts}
status codes: ${statuses}
traffic: 30.00MB (31457280) total
`;

describe('h2load output', () => {
  it('computes the rate from the requests and the measured time', () => {
    const counts = '100000 total, 100512 started, 100000 done, 100000 succeeded, 0 failed, 0 errored, 0 timeout';
    expect(parseH2loadOutput(output('500.00ms', counts, '100000 2xx, 0 3xx, 0 4xx, 0 5xx'))).toEqual({
      requests: 100_000,
      seconds: 0.5,
      requestsPerSecond: 200_000,
      errors: 0,
    });
  });

  it('failures, timeouts and statuses from 400 are summed', () => {
    const counts = '10 total, 10 started, 10 done, 3 succeeded, 2 failed, 2 errored, 1 timeout';
    expect(parseH2loadOutput(output('1.00s', counts, '3 2xx, 0 3xx, 4 4xx, 5 5xx')).errors).toBe(12);
  });

  it('output without a result: the last line is the reason', () => {
    expect(() => parseH2loadOutput('invalid URI: x\n')).toThrow(/invalid URI/);
  });
});
