/**
 * Built-in modules of Node.js, loaded by name. An import reads every export of a module, and so loads parts that Node.js
 * otherwise loads on first use (file streams, promises, block lists, `parseArgs`). That would cost milliseconds at every
 * start.
 */
export const net = process.getBuiltinModule('node:net');
export const fs = process.getBuiltinModule('node:fs');
export const { debuglog } = process.getBuiltinModule('node:util');

/** Whether this thread is the main thread of the process. */
export const isMainThread = (): boolean => process.getBuiltinModule('node:worker_threads').isMainThread;
