import { debuglog } from 'node:util';
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

/** Replaces all characters except printable ASCII by escape sequences, so that one entry cannot look like two. */
const escapedText = (text: string): string =>
  text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
