/** The environment variable that tells a worker its thread: a whole number from 1 on. */
export const threadVariable = 'WINDHOVER_THREAD';
