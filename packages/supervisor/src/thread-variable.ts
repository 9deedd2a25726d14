/** The environment variable with the thread number of a worker: an integer of at least 1. */
export const threadVariable = 'WINDHOVER_THREAD';
