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

const noFields: ReadonlySet<string> = new Set();

/** The field names that a Connection field lists: they are about that connection, too. */
const listedIn = (connection: string | null): ReadonlySet<string> =>
  connection === null
    ? noFields
    : new Set(
        connection
          .toLowerCase()
          .split(',')
          .map((name) => name.trim()),
      );

/**
 * Whether the response came from the platform's `fetch` with its content decoded, so that Content-Encoding and
 * Content-Length describe bytes that no longer exist. A response that a handler has made has no URL.
 */
const isDecoded = ({ url, headers }: Response): boolean => {
  // Another implementation may have none.
  if (!url) return false;
  const coding = headers.get('content-encoding');
  return coding !== null && undoneByFetch.test(coding.trim().toLowerCase());
};

/** Copies the fields of a Response, each Set-Cookie as a line of its own. */
export const copyFields = (response: Response, fields: HttpFields): void => {
  const { headers } = response;
  const listed = listedIn(headers.get('connection'));
  const decoded = isDecoded(response);
  for (const [name, value] of headers) {
    if (hopByHop.has(name) || listed.has(name)) continue;
    if (decoded && (name === 'content-encoding' || name === 'content-length')) continue;
    fields.append(name, value);
  }
};
