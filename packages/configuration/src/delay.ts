/** Calls back once after a delay, unless the returned function is called before. Tests pass one that they advance. */
export type Delay = (milliseconds: number, callback: () => void) => () => void;

/** The system's timers; they do not keep the process alive. */
export const systemDelay: Delay = (milliseconds, callback) => {
  const timer = setTimeout(callback, milliseconds).unref();
  return () => clearTimeout(timer);
};
