/** A time limit. */
export interface Deadline {
  /** Aborts when the time is up, or when a signal that it follows aborts. */
  readonly signal: AbortSignal;
  /** Whether the time was up before any of the signals aborted. */
  readonly isTimeUp: boolean;
  /** Ends the time when this signal aborts. */
  follow(sooner: AbortSignal): void;
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
  const reached = new AbortController();
  const cleared = new AbortController();
  let isTimeUp = false;
  const expire = (): void => {
    isTimeUp = !reached.signal.aborted;
    reached.abort();
  };
  const timer = milliseconds === Infinity ? undefined : setTimeout(expire, milliseconds);
  const follow = (signal: AbortSignal): void => {
    if (signal.aborted) reached.abort();
    else signal.addEventListener('abort', () => reached.abort(), { signal: cleared.signal });
  };
  if (sooner !== undefined) follow(sooner);
  return {
    signal: reached.signal,
    get isTimeUp() {
      return isTimeUp;
    },
    follow,
    clear: () => {
      clearTimeout(timer);
      cleared.abort();
    },
  };
};

/** A deadline that starts when another one is reached. */
export const graceAfter = (end: AbortSignal, milliseconds: number): Pick<Deadline, 'clear' | 'signal'> => {
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
