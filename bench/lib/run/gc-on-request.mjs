// Loaded into every Node.js subject with --import. Collects garbage on request of the bench, and ends the subject when
// the bench exits. Other subjects have no channel and are measured without it.
import { setTimeout as delay } from 'node:timers/promises';

const collect = /** @type {undefined | ((options: object) => void)} */ (/** @type {unknown} */ (globalThis.gc));

/** Runs twice with a pause: the second pass collects what finalizers and close callbacks have released. */
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
