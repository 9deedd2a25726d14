import { type HttpFields, listMembers } from '@windhover/http';

/** Fields for a single connection, which must not be forwarded (RFC 9110 7.6.1), and framing fields. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);

/** Names and values of field lines. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Whether the platform's `fetch` decodes zstd: undici does since 7.11, in Node.js 24.4. */
const decodesZstd = (): boolean => {
  const [major = 0, minor = 0] = (process.versions['undici'] ?? '').split('.').map(Number);
  return major > 7 || (major === 7 && minor >= 11);
};

/** Content codings that the platform's `fetch` decodes without removing the fields of the encoded content. */
const decodedByFetch: ReadonlySet<string> = new Set([
  'gzip',
  'x-gzip',
  'deflate',
  'br',
  ...(decodesZstd() ? ['zstd'] : []),
]);

/**
 * Whether the response came from the platform's `fetch` with decoded content, so that Content-Encoding and
 * Content-Length no longer match. A response made by a handler has no URL, and neither may a response of another
 * implementation. With one coding that `fetch` does not know, it decodes none.
 */
const isDecoded = ({ url }: Response, codings: string): boolean =>
  Boolean(url) && listMembers(codings.toLowerCase()).every((coding) => decodedByFetch.has(coding));

/** Copies the fields of a Response, each Set-Cookie as a separate line. */
export const copyFields = (response: Response, fields: HttpFields): void => {
  const lines = [...response.headers];
  copyLines(lines, fields, (coding) => isDecoded(response, coding));
  if (!response.url) copyOffer(response.status, lines, fields);
};

/**
 * Copies the Upgrade field of a 426, which must have one: it is the offer of this server, not of an upstream connection.
 *
 * Source: RFC 9110 sections 7.8 and 15.5.22
 */
export const copyOffer = (status: number, lines: HeaderLines, fields: HttpFields): void => {
  const offer = status === 426 ? lines.find(([name]) => name.toLowerCase() === 'upgrade') : undefined;
  if (offer === undefined) return;
  fields.append('upgrade', offer[1]);
  fields.append('connection', 'upgrade');
};

/**
 * Copies field lines, except fields for a single connection.
 *
 * @param isUndone whether the content was decoded, so that Content-Encoding and Content-Length no longer match
 */
export const copyLines = (
  lines: HeaderLines,
  fields: HttpFields,
  isUndone: (coding: string) => boolean = never,
): void => {
  // Almost no response has one of these two fields, and looking them up costs more than the loop.
  /** The field names in Connection fields, which are also for a single connection. */
  let listed: Set<string> | undefined;
  let decoded = false;
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (key === 'connection') {
      listed ??= new Set();
      for (const member of listMembers(value.toLowerCase())) listed.add(member);
    } else if (key === 'content-encoding') decoded = isUndone(value);
  }
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (hopByHop.has(key) || listed?.has(key) === true) continue;
    if (decoded && (key === 'content-encoding' || key === 'content-length')) continue;
    fields.append(name, value);
  }
};

const never = (): boolean => false;
