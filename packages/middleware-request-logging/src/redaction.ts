/** Replaces a value that may be a secret. Source: OpenTelemetry semantic conventions, `url.query` */
const placeholder = 'Redacted';

/** Fields whose values are credentials: never logged. */
const credentials: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
]);

/** Fields whose values are URLs, which have queries themselves. */
const urls: ReadonlySet<string> = new Set(['referer', 'location', 'content-location']);

/**
 * Redacts a query: only the values of the named parameters stay. Names are compared as received, so a name in another
 * spelling is redacted.
 *
 * @param query with its `?`
 */
export const redactedQuery = (query: string, shown: ReadonlySet<string> | 'all'): string => {
  if (shown === 'all') return query;
  const pairs = query.slice(1).split('&');
  return `?${pairs.map((pair) => redactedPair(pair, shown)).join('&')}`;
};

const redactedPair = (pair: string, shown: ReadonlySet<string>): string => {
  const end = pair.indexOf('=');
  return end === -1 || shown.has(pair.slice(0, end)) ? pair : `${pair.slice(0, end)}=${placeholder}`;
};

/** The value of a field for the log. @param name in lower case */
export const redactedValue = (name: string, value: string, shown: ReadonlySet<string> | 'all'): string => {
  if (credentials.has(name)) return placeholder;
  if (!urls.has(name)) return value;
  const url = value.replace(userInfo, `$1${placeholder}@`);
  return shown === 'all' ? url : redactedUrl(url, shown);
};

/** The user name and password of a URL, with the part before them. */
const userInfo = /^((?:[a-z][a-z\d+.-]*:)?\/\/)[^/?#]*@/i;

/** The fragment is redacted as a whole: OAuth sends tokens in the fragment of a Location. */
const redactedUrl = (url: string, shown: ReadonlySet<string>): string => {
  const [start = '', ...fragment] = url.split('#', 2);
  const queryStart = start.indexOf('?');
  const base = queryStart === -1 ? start : start.slice(0, queryStart) + redactedQuery(start.slice(queryStart), shown);
  return fragment.length === 0 ? base : `${base}#${placeholder}`;
};

/** Maximum length of a value in characters, so that a client cannot fill the log. */
const longestValue = 2048;

/** Shortens a long value. */
export const clipped = (value: string): string =>
  value.length <= longestValue ? value : `${value.slice(0, longestValue)}...`;
