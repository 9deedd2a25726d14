import { type FetchServerHandler, protocolMarker } from '../src/index.ts';
import { Hosted } from './hosted.ts';

export type Parts = Omit<FetchServerHandler, typeof protocolMarker | 'fetch'> &
  Partial<Pick<FetchServerHandler, 'fetch'>>;

/** A host with a handler object of the draft. */
export const start = (parts: Parts): Promise<Hosted> =>
  Hosted.start({ [protocolMarker]: 1, fetch: () => new Response('fetched'), ...parts });

export const get = 'GET /path HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
/** @param connection `upgrade, close` for a response after which the connection closes */
export const upgrade = (protocol: string, connection = 'upgrade'): string =>
  `GET /path HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\nUpgrade: ${protocol}\r\n\r\n`;
export const statusOf = (answer: string): string => answer.slice(9, 12);
