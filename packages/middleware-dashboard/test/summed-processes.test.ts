import { describe, expect, it } from 'vitest';
import { SummedProcesses } from '../src/index.ts';
import { parseSocketName } from '../src/processes/socket-folder.ts';
import { snapshotOf } from './support/snapshot.ts';

const snapshot = (pid: number, time: number, count: number) =>
  snapshotOf(pid, time, { count, failed: 0, durations: [] });

describe('several processes', () => {
  it('the total begins with the first snapshot of each, adds all, and does not fall when one ends', () => {
    const processes = new SummedProcesses();
    const totals: number[] = [];
    const note = (): void => void totals.push(processes.view(0).requests.total);
    processes.add(snapshot(1, 1000, 5));
    processes.add(snapshot(2, 1000, 100));
    note();
    processes.add(snapshot(1, 2000, 8));
    processes.add(snapshot(2, 2000, 110));
    note();
    processes.remove(2);
    note();
    // Its successor, which may even have the same id.
    processes.add(snapshot(2, 500, 0));
    processes.add(snapshot(2, 1500, 1));
    note();
    expect(totals).toEqual([0, 13, 13, 14]);
  });

  it('rates are those of the processes that run', () => {
    const processes = new SummedProcesses();
    for (const pid of [1, 2]) {
      processes.add(snapshot(pid, 1000, 0));
      processes.add(snapshot(pid, 2000, 10));
    }
    expect(processes.view(0).requests.perSecond).toBe(20);
    processes.remove(1);
    expect(processes.view(0)).toMatchObject({ requests: { perSecond: 10 }, processes: [{ pid: 2 }] });
  });
});

describe('names of sockets', () => {
  it.each([
    ['0-4711.sock', { supervisor: 0, pid: 4711 }],
    ['12-34.sock', { supervisor: 12, pid: 34 }],
    ['4711.sock', undefined],
    ['1-2.sock.old', undefined],
    ['../1-2.sock', undefined],
    ['1-99999999999.sock', undefined],
  ])('%s', (name, expected) => {
    expect(parseSocketName(name)).toEqual(expected);
  });
});
