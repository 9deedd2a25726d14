import { describe, expect, it } from 'vitest';
import { parseWrkOutput } from '../lib/load/wrk.mjs';

const output = (counts: string) => `Running 4s test @ http://127.0.0.1:1/
  1 threads and 64 connections
Requests/sec: 1.00
bench-result {"requests":300000,"microseconds":4000000,"bytes":42000000,${counts}}
`;

describe('wrk output', () => {
  it('computes the rate from the requests and the measured time', () => {
    const result = parseWrkOutput(output('"connect":0,"read":0,"write":0,"status":0,"timeout":0'));
    expect(result).toEqual({ requests: 300_000, seconds: 4, requestsPerSecond: 75_000, errors: 0 });
  });

  it('errors of every kind are summed', () => {
    expect(parseWrkOutput(output('"connect":1,"read":2,"write":3,"status":4,"timeout":5')).errors).toBe(15);
  });

  it('output without a result: the last line is the reason', () => {
    expect(() => parseWrkOutput('unable to connect to 127.0.0.1:1 Connection refused\n')).toThrow(/Connection refused/);
  });
});
