/** Microseconds; of this thread where Node.js can tell (23.9 and later). */
const used = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return user + system;
};

/**
 * Processor time that some synchronous work takes, in milliseconds. Work of other processes does not
 * count, so a bound on it holds on a busy machine, too.
 *
 * For one kind of test only: a parser of adversarial text, where linear work takes some milliseconds and quadratic work
 * takes seconds.
 */
export const cpuTimeOf = (work: () => void): number => {
  const before = used();
  work();
  return (used() - before) / 1000;
};
