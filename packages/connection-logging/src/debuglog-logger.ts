import { debuglog } from 'node:util';
import { escapedText } from './escaped-text.ts';
import type { ConnectionLogger } from './logger.ts';

const debug = debuglog('windhover:connection');

/** The default logger: writes lines to stderr if `NODE_DEBUG` has `windhover:connection`. */
export const debuglogLogger: ConnectionLogger = {
  debug: (details, message) => debug('%s', escapedText(`${detailsText(details)} ${message}`)),
  isLevelEnabled: () => debug.enabled,
};

const detailsText = (details: object): string =>
  Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value instanceof Error ? value.message : String(value)}`)
    .join(' ');
