import { type HttpFields, listMembers } from '@windhover/http';

/** Fields for a single connection, which must not be forwarded (RFC 9110 7.6.1), and framing fields. */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);

/** Content codings that the platform's `fetch` decodes without removing the fields of the encoded content. */
const undoneByFetch = /^(?:x-)?(?:gzip|deflate|br|zstd|compress)(?:,|$)/;

/**
 * Whether the response came from the platform's `fetch` with decoded content, so that Content-Encoding and
 * Content-Length no longer match. A response made by a handler has no URL, and neither may a response of another
 * implementation.
 */
const isDecoded = ({ url }: Response, coding: string): boolean =>
  Boolean(url) && undoneByFetch.test(coding.trim().toLowerCase());

/** Copies the fields of a Response, each Set-Cookie as a separate line. */
export const copyFields = (response: Response, fields: HttpFields): void =>
  copyLines([...response.headers], fields, (coding) => isDecoded(response, coding));

/**
 * Copies field lines, except fields for a single connection.
 *
 * @param isUndone whether the content was decoded, so that Content-Encoding and Content-Length no longer match
 */
export const copyLines = (
  lines: readonly (readonly [name: string, value: string])[],
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
