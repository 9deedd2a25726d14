import { printable } from './quoted.ts';

/** The path of a value: names of keys, and indexes of lists. */
export type KeyPath = readonly (string | number)[];

/** Formats a path: `server.endpoints.public.url`, `allowedHosts[0]`, `server.endpoints.web.sni["*.example.org"]`. */
export const formatKey = (path: KeyPath): string => {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[\w$-]+$/.test(part)) text += `[${printable(JSON.stringify(part))}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
};
