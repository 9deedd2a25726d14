/** Milliseconds of processor time that this thread has used; of the whole process before Node.js 23.9. */
export const cpuTime = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Measures the processor time of synchronous work, in milliseconds. Work of other processes does not count, so a bound
 * also holds on a busy machine.
 *
 * Only for tests of parsers with adversarial text, where linear work takes milliseconds and quadratic work seconds.
 */
export const cpuTimeOf = (work: () => void): number => {
  const before = cpuTime();
  work();
  return cpuTime() - before;
};
