// Run as a process of its own: NODE_DEBUG is read once. Nothing of other packages is imported, so nothing is built.
import { debuglogLogger } from '../../src/debuglog-logger.ts';

console.log(debuglogLogger.isLevelEnabled!('debug'));
debuglogLogger.debug({ connection: 'A-1', remote: 'unix:/run/\n\u202Ex', name: undefined }, 'connected');
debuglogLogger.debug({ connection: 'A-1', err: new Error('reason\nof the peer') }, 'closed');
