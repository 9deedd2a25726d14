// Run as a separate process, because NODE_DEBUG is read only once. Imports nothing from other packages, so no build is
// needed.
import { debuglogLogger } from '../../src/debuglog-logger.ts';

console.log(debuglogLogger.isLevelEnabled!('debug'));
debuglogLogger.debug({ connection: 'A-1', remote: 'unix:/run/\n\u202Ex', name: undefined }, 'connected');
debuglogLogger.debug({ connection: 'A-1', err: new Error('reason\nof the peer') }, 'closed');
