/**
 * Processor time of this process that some synchronous work takes, in milliseconds. Work of other processes does not
 * count, so a bound on it holds on a busy machine, too.
 *
 * For one kind of test only: a parser of adversarial text, where linear work takes some milliseconds and quadratic work
 * takes seconds.
 */
export const cpuTimeOf = (work: () => void): number => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
