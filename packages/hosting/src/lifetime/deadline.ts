/** A time by which something has to be over. */
export interface Deadline {
  /** Aborts when the time is up, or when the other signal aborts. */
  readonly signal: AbortSignal;
  /** Ends it without a result. Until then it keeps the process alive. */
  clear(): void;
}

/**
 * Starts a deadline.
 *
 * @param milliseconds `Infinity` for none
 * @param sooner a signal that ends it before its time
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

/** A deadline that begins to run when another one is reached. */
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
