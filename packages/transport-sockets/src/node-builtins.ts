/**
 * Parts of Node.js, asked for by name. An import reads everything that they export, and so loads what Node.js leaves until it
 * is asked for (streams of files, promises, `parseArgs`): milliseconds of a start.
 */
export const fs = process.getBuiltinModule('node:fs');
export const { debuglog } = process.getBuiltinModule('node:util');

/** Whether this thread has the process to itself. */
export const isMainThread = (): boolean => process.getBuiltinModule('node:worker_threads').isMainThread;
