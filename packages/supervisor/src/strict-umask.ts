/** The umasks that workers have requested, and the umask of the process without the requests. */
const asked = new Set<{ readonly umask: number }>();
let own: number | undefined;

const apply = (): void => {
  if (own === undefined) return;
  let umask = own;
  for (const one of asked) umask |= one.umask;
  process.umask(umask);
  if (asked.size === 0) own = undefined;
};

/**
 * Makes the umask of this process stricter while a unix socket is bound for a worker. Another file that the program
 * creates during that time gets fewer permissions too, never more. Does nothing in a worker thread, which may not change
 * the umask.
 *
 * @returns a function that undoes the change
 */
export const useUmask = (umask: number): (() => void) => {
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return () => {};
  own ??= process.umask(0o777);
  const one = { umask: umask & 0o777 };
  asked.add(one);
  apply();
  return () => {
    if (asked.delete(one)) apply();
  };
};

/** Calls a function with the original umask of this process, so that a process which the function starts inherits it. */
export const withOwnUmask = <T>(call: () => T): T => {
  if (own === undefined) return call();
  const strict = process.umask(own);
  try {
    return call();
  } finally {
    process.umask(strict);
  }
};
