// Captured before a test can replace it by fake timers.
const { setImmediate: soon } = globalThis;

/**
 * Waits for turns of the event loop: due callbacks and promises have run, and sockets were polled once a turn.
 *
 * Exact only in one process without I/O. Use `until` to wait for the system or another process.
 */
export const turns = async (count = 1): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => soon(resolve));
};
