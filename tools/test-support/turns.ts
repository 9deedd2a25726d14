// Kept from before a test can replace it by fake timers.
const { setImmediate: soon } = globalThis;

/**
 * Lets the event loop go round: due callbacks and promises have run, and sockets have been looked at once a turn.
 *
 * In one process without I/O this is exact. Nothing that the system or another process does is certain to have
 * happened: wait for that with `until`.
 */
export const turns = async (count = 1): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => soon(resolve));
};
