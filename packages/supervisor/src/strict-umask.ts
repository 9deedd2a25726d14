/** The umasks that workers have requested, and the umask of the process without the requests. */
const requests = new Set<{ readonly umask: number }>();
let own: number | undefined;

const apply = (): void => {
  if (own === undefined) return;
  let umask = own;
  for (const request of requests) umask |= request.umask;
  process.umask(umask);
  if (requests.size === 0) own = undefined;
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
  const request = { umask: umask & 0o777 };
  requests.add(request);
  apply();
  return () => {
    if (requests.delete(request)) apply();
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
