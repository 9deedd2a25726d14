import type { HttpFields } from '@windhover/http';

/** Fields about one connection, which must not travel on to another (RFC 9110 7.6.1), and the framing of it. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Content codings that the platform's `fetch` undoes, while it leaves the fields that describe the coded content. */
const undoneByFetch = /^(?:x-)?(?:gzip|deflate|br|zstd|compress)(?:,|$)/;

/** The field names that a Connection field lists: they are about that connection, too. */
const listedIn = (connection: string): ReadonlySet<string> =>
  new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );

/**
 * Whether the response came from the platform's `fetch` with its content decoded, so that Content-Encoding and
 * Content-Length describe bytes that no longer exist. A response that a handler has made has no URL; one of another
 * implementation may have none either.
 */
const isDecoded = ({ url }: Response, coding: string): boolean =>
  Boolean(url) && undoneByFetch.test(coding.trim().toLowerCase());

/** Copies the fields of a Response, each Set-Cookie as a line of its own. */
export const copyFields = (response: Response, fields: HttpFields): void => {
  const pairs = [...response.headers];
  // Nearly no response has one of these two, and looking them up costs more than the loop.
  let listed: ReadonlySet<string> | undefined;
  let decoded = false;
  for (const [name, value] of pairs) {
    if (name === 'connection') listed = listedIn(value);
    else if (name === 'content-encoding') decoded = isDecoded(response, value);
  }
  for (const [name, value] of pairs) {
    if (hopByHop.has(name) || listed?.has(name) === true) continue;
    if (decoded && (name === 'content-encoding' || name === 'content-length')) continue;
    fields.append(name, value);
  }
};
