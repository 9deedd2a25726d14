import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** Whether CPU and memory can be read from /proc; otherwise they are omitted. */
export const hasAccounting = existsSync('/proc/self/task');

/** Linux counts utime and stime in hundredths of a second for every program (USER_HZ). */
const nanosecondsPerTick = 1e7;

/** @param {string} file @returns {string} empty: the process or thread has ended meanwhile */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid @returns {string[]} */
function threadsOf(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/**
 * A process and all its descendants.
 * @param {number} pid
 * @returns {number[]}
 */
export function processTree(pid) {
  const children = threadsOf(pid).flatMap((tid) =>
    read(`/proc/${pid}/task/${tid}/children`).split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

/**
 * @param {string} stat of /proc/PID/stat
 * @returns {number} utime + stime of all threads, the ended ones too, in ticks
 */
export function ticksFromStat(stat) {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may contain spaces and parentheses
  return Number(afterName[11] ?? 0) + Number(afterName[12] ?? 0);
}

/**
 * @typedef {object} CpuSample
 * @property {Map<string, number>} threads run time of each living thread, in ns
 * @property {number} ticks of the processes, the ended threads included
 */

/** @param {number} pid @returns {CpuSample} */
export function sampleCpu(pid) {
  const threads = new Map();
  let ticks = 0;
  for (const member of processTree(pid)) {
    ticks += ticksFromStat(read(`/proc/${member}/stat`));
    for (const tid of threadsOf(member)) {
      const runTime = Number(read(`/proc/${member}/task/${tid}/schedstat`).split(' ')[0]);
      if (runTime > 0) threads.set(`${member}/${tid}`, runTime);
    }
  }
  return { threads, ticks };
}

/**
 * CPU time between two samples, in ns. The scheduler's per-thread figures are more precise, but lost when a thread
 * ends; then, or if the kernel has none, the coarser sum of the process is used.
 * @param {CpuSample} before
 * @param {CpuSample} after
 */
export function cpuBetween(before, after) {
  const lost = [...before.threads.keys()].some((thread) => !after.threads.has(thread));
  if (lost || after.threads.size === 0) return (after.ticks - before.ticks) * nanosecondsPerTick;
  let total = 0;
  for (const [thread, runTime] of after.threads) total += runTime - (before.threads.get(thread) ?? 0);
  return total;
}

/** @param {number} pid @param {RegExp} line @param {string} file */
function sumOverTree(pid, file, line) {
  const kibibytes = processTree(pid).map((member) => Number(line.exec(read(`/proc/${member}/${file}`))?.[1] ?? 0));
  return kibibytes.reduce((sum, value) => sum + value, 0) * 1024;
}

/** Peak resident memory of the process, in bytes. @param {number} pid */
export const peakRss = (pid) => sumOverTree(pid, 'status', /^VmHWM:\s+(\d+) kB/m);

/**
 * Resident memory, in bytes. smaps_rollup walks the pages; the counters of `status` may be off by some hundred KiB.
 * @param {number} pid
 */
export const currentRss = (pid) =>
  sumOverTree(pid, 'smaps_rollup', /^Rss:\s+(\d+) kB/m) || sumOverTree(pid, 'status', /^VmRSS:\s+(\d+) kB/m);

/**
 * Resets `peakRss`.
 *
 * @param {number} pid
 * @returns {number | undefined} memory resident now, in bytes; undefined: this kernel cannot
 */
export function resetPeakRss(pid) {
  try {
    for (const member of processTree(pid)) writeFileSync(`/proc/${member}/clear_refs`, '5');
  } catch {
    return undefined;
  }
  return currentRss(pid);
}
