/** Milliseconds of processor time that this thread has used; of the whole process before Node.js 23.9. */
export const cpuTime = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Milliseconds of processor time that some synchronous work takes. Work of other processes does not count, so a bound on
 * it holds on a busy machine, too.
 *
 * For one kind of test only: a parser of adversarial text, where linear work takes some milliseconds and quadratic work
 * takes seconds.
 */
export const cpuTimeOf = (work: () => void): number => {
  const before = cpuTime();
  work();
  return cpuTime() - before;
};
