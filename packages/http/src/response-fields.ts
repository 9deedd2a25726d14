import { isConnectionSpecific } from './exchange/connection-fields.ts';
import { listMembers } from './field-list.ts';

/** Names and values of field lines. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** The head of a fetch `Response`. */
export interface ResponseHeadLike {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Empty for a Response that was not received by `fetch`. */
  readonly url?: string;
}

/** Content codings that the platform's `fetch` decodes without removing the fields of the encoded content. */
const decodedByFetch: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br']);

/** Whether the platform's `fetch` decodes zstd: undici does since 7.11, in Node.js 24.4. */
const decodesZstd = (): boolean => {
  const [major = 0, minor = 0] = (process.versions['undici'] ?? '').split('.').map(Number);
  return major > 7 || (major === 7 && minor >= 11);
};

/** With one coding that `fetch` does not know, it decodes none. */
const isDecodedByFetch = (codings: string): boolean =>
  listMembers(codings.toLowerCase()).every(
    (coding) => decodedByFetch.has(coding) || (coding === 'zstd' && decodesZstd()),
  );

/**
 * The field lines of a fetch `Response` to send, each Set-Cookie as a separate line. Fields for a single connection are
 * left out. So are Content-Encoding and Content-Length if the platform's `fetch` has decoded the content, because they no
 * longer match.
 */
export const responseLines = ({ status, headers, url }: ResponseHeadLike): HeaderLines => {
  const isReceived = Boolean(url);
  // A response made by a handler has no URL, and neither may a response of another implementation.
  return sentLines(status, [...headers], isReceived);
};

/**
 * The field lines to send, without fields for a single connection. The Upgrade field of a 426, which must have one, is
 * kept if it is the offer of this server.
 *
 * @param isReceived whether the lines were received by the platform's `fetch`
 * @returns the given lines if none is left out
 * Source: RFC 9110 sections 7.6.1, 7.8 and 15.5.22
 */
export const sentLines = (status: number, lines: HeaderLines, isReceived = false): HeaderLines => {
  /** The field names in Connection fields, which are also for a single connection. */
  let listed: Set<string> | undefined;
  let hasConnectionFields = false;
  let isDecoded = false;
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (isConnectionSpecific(key)) hasConnectionFields = true;
    if (key === 'connection') {
      listed ??= new Set();
      for (const member of listMembers(value.toLowerCase())) listed.add(member);
    } else if (key === 'content-encoding') isDecoded = isReceived && isDecodedByFetch(value);
  }
  // Almost every response.
  if (!hasConnectionFields && !isDecoded) return lines;
  const sent = lines.filter(([name]) => {
    const key = name.toLowerCase();
    if (isConnectionSpecific(key) || listed?.has(key) === true) return false;
    return !isDecoded || (key !== 'content-encoding' && key !== 'content-length');
  });
  return status === 426 && !isReceived ? [...sent, ...offerIn(lines)] : sent;
};

const offerIn = (lines: HeaderLines): HeaderLines => {
  const offer = lines.find(([name]) => name.toLowerCase() === 'upgrade')?.[1];
  return offer === undefined
    ? []
    : [
        ['upgrade', offer],
        ['connection', 'upgrade'],
      ];
};
