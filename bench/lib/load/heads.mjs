/** The field lines of each request head, without Host. */
const fieldLines = {
  small: ['accept: */*'],
  closing: ['accept: */*', 'connection: close'],
  // The head that Chromium sends for a typed address, with a cookie and a cache validator.
  browser: [
    'connection: keep-alive',
    'cache-control: max-age=0',
    'sec-ch-ua: "Chromium";v="146", "Not)A;Brand";v="24"',
    'sec-ch-ua-mobile: ?0',
    'sec-ch-ua-platform: "Linux"',
    'upgrade-insecure-requests: 1',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36',
    'accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'sec-fetch-site: none',
    'sec-fetch-mode: navigate',
    'sec-fetch-user: ?1',
    'sec-fetch-dest: document',
    'accept-encoding: gzip, deflate, br, zstd',
    'accept-language: en-GB,en;q=0.9,de;q=0.8',
  ],
};

/** @typedef {keyof typeof fieldLines} HeadName */

/** Path with a larger response: 100 KiB, over TLS 4 MiB. */
export const downloadPath = '/download';

/** Path with a response of 64 MiB, in subjects with HTTP/2 over TLS. */
export const largePath = '/large';

/** The browser field lines that HTTP/2 also allows. */
export const browserFields = fieldLines.browser.filter((line) => !line.startsWith('connection:'));

/**
 * The parts of a request that differ from the defaults.
 * @typedef {{ method?: string, path?: string, fields?: string[], content?: string }} RequestParts `content` is latin1
 */

/** @param {number} port @param {RequestParts} parts @param {string[]} lines */
function requestText(port, { method = 'GET', path = '/', fields = [], content }, lines) {
  const about = content === undefined ? [] : ['content-type: text/plain', `content-length: ${content.length}`];
  const head = [`${method} ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, ...lines, ...fields, ...about, '', ''];
  return head.join('\r\n') + (content ?? '');
}

/**
 * One request in wire format.
 * @param {HeadName} name
 * @param {number} port
 * @param {RequestParts} [parts]
 */
export const requestHead = (name, port, parts = {}) => requestText(port, parts, fieldLines[name]);

/** Number of requests of the scenarios `vary-…`; all are different. */
export const varyingHeads = 8192;

/** @param {number} number @param {number} digits */
const hex = (number, digits) => number.toString(16).padStart(digits, '0');

/** The id of a request: text of 8 characters. @param {number} number */
const varyingId = (number) =>
  // Spread, so that consecutive heads differ in every digit.
  hex(Math.imul(number + 1, 0x9e3779b1) >>> 0, 8);

/**
 * Request `number` of the pool: a browser's head with a unique query, trace context, request id and cookie. All have
 * the same length if the parts have.
 * @param {number} number
 * @param {number} port
 * @param {(id: string) => RequestParts} [partsOf] the parts that contain the id of the request
 */
export function varyingHead(number, port, partsOf = () => ({})) {
  const { path, fields } = varyingRequest(number);
  return requestText(port, { path, ...partsOf(varyingId(number)), fields }, fieldLines.browser);
}

/** The unique parts of request `number`. @param {number} number */
export const varyingRequest = (number) => {
  const id = varyingId(number);
  return {
    path: `/?page=${id}&visit=${hex(number, 4)}`,
    fields: [
      `traceparent: 00-${id.repeat(4)}-${id.repeat(2)}-01`,
      `x-request-id: ${id}-${hex(number, 4)}-4000-8000-${id}${hex(number, 4)}`,
      `cookie: session=${id.repeat(4)}; theme=dark; seen=${hex(number, 4)}`,
    ],
  };
};
