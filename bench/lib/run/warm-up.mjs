/** Largest number of warm-up bursts, for a subject that does not become steady. */
const mostBursts = 10;
/** A burst that is cheaper than all before it by more than this share still shows code that is being compiled. */
const steadyShare = 0.1;
/** Number of bursts in a row that show a steady cost: one may be disturbed by other work of the machine. */
const steadyBursts = 2;

/**
 * Warms a subject up until its cost is steady: repeats bursts of load until two in a row are not clearly cheaper than the
 * cheapest before them. A subject with more code needs more requests, and on a busy machine more time, than another one.
 * @param {() => Promise<{ cpuMicrosPerRequest?: number }>} burst
 * @returns {Promise<number>} the number of bursts
 */
export async function warmUp(burst) {
  let least = Infinity;
  let steady = 0;
  let count = 0;
  while (steady < steadyBursts && count < mostBursts) {
    const { cpuMicrosPerRequest: cost } = await burst();
    count += 1;
    if (cost === undefined) break; // cannot be measured on this machine
    steady = cost < least * (1 - steadyShare) ? 0 : steady + 1;
    least = Math.min(least, cost);
  }
  return count;
}
