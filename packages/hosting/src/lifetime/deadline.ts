/** A time limit. */
export interface Deadline {
  /** Aborts when the time is up, or when the `sooner` signal aborts. */
  readonly signal: AbortSignal;
  /** Cancels the deadline without aborting its signal. Until then it keeps the process alive. */
  clear(): void;
}

/**
 * Starts a deadline.
 *
 * @param milliseconds `Infinity` for no limit
 * @param sooner a signal that ends it early
 */
export const deadline = (milliseconds: number, sooner?: AbortSignal): Deadline => {
  const controller = new AbortController();
  const expire = (): void => controller.abort();
  const timer = milliseconds === Infinity ? undefined : setTimeout(expire, milliseconds);
  if (sooner?.aborted) expire();
  sooner?.addEventListener('abort', expire);
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      sooner?.removeEventListener('abort', expire);
    },
  };
};

/** A deadline that starts when another one is reached. */
export const graceAfter = (end: AbortSignal, milliseconds: number): Deadline => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => void (timer = setTimeout(() => controller.abort(), milliseconds));
  if (end.aborted) begin();
  else end.addEventListener('abort', begin);
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      end.removeEventListener('abort', begin);
    },
  };
};
