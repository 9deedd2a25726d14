/** Calls back once after a while, until the returned function is called. Tests hand in one that they move themselves. */
export type Delay = (milliseconds: number, callback: () => void) => () => void;

/** The machine's timers; they do not keep the process alive. */
export const systemDelay: Delay = (milliseconds, callback) => {
  const timer = setTimeout(callback, milliseconds).unref();
  return () => clearTimeout(timer);
};
