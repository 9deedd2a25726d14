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
export const copyFields = (response: Response, fields: HttpFields): void =>
  copyLines([...response.headers], fields, (coding) => isDecoded(response, coding));

/**
 * Copies field lines, without those that are about one connection.
 *
 * @param isUndone whether the content coding of the response was undone, so that its fields describe other bytes
 */
export const copyLines = (
  lines: readonly (readonly [name: string, value: string])[],
  fields: HttpFields,
  isUndone: (coding: string) => boolean = never,
): void => {
  // Nearly no response has one of these two, and looking them up costs more than the loop.
  let listed: ReadonlySet<string> | undefined;
  let decoded = false;
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (key === 'connection') listed = listedIn(value);
    else if (key === 'content-encoding') decoded = isUndone(value);
  }
  for (const [name, value] of lines) {
    const key = name.toLowerCase();
    if (hopByHop.has(key) || listed?.has(key) === true) continue;
    if (decoded && (key === 'content-encoding' || key === 'content-length')) continue;
    fields.append(name, value);
  }
};

const never = (): boolean => false;
