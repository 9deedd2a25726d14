// Loaded into every Node subject with --import. Collects garbage when the bench asks, and ends the subject when the bench is gone.
// A subject that is no Node process has no channel; it is measured as it is.
import { setTimeout as delay } from 'node:timers/promises';

const collect = /** @type {undefined | ((options: object) => void)} */ (/** @type {unknown} */ (globalThis.gc));

/** Twice with a pause: what finalizers and close callbacks let go of is found by the second. */
async function settle() {
  for (let pass = 0; pass < 2; pass += 1) {
    collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await delay(100);
  }
}

process.on('message', async (message) => {
  if (message !== 'bench:gc') return;
  await settle();
  process.send?.('bench:gc-done');
});
process.on('disconnect', () => process.exit());
process.channel?.unref();
