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

/** Where the subjects that speak TLS answer with more than a greeting: 4 MiB, with HTTP/2 100 KiB. */
export const downloadPath = '/download';

/** Where the subjects that speak HTTP/2 over TLS answer with 64 MiB. */
export const largePath = '/large';

/** The field lines of a browser that HTTP/2 has, too. */
export const browserFields = fieldLines.browser.filter((line) => !line.startsWith('connection:'));

/**
 * One request as it goes over the wire.
 * @param {HeadName} name
 * @param {number} port
 */
export const requestHead = (name, port, path = '/') =>
  [`GET ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, ...fieldLines[name], '', ''].join('\r\n');

/** Requests of the scenarios `vary-…`, none of which is like another. */
export const varyingHeads = 8192;

/** @param {number} number @param {number} digits */
const hex = (number, digits) => number.toString(16).padStart(digits, '0');

/**
 * Request number `number` of the pool: a browser's head with its own query, trace context, request id and cookie. All have
 * the same length.
 * @param {number} number
 * @param {number} port
 */
export const varyingHead = (number, port) => {
  const { path, fields } = varyingRequest(number);
  return [`GET ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, ...fieldLines.browser, ...fields, '', ''].join('\r\n');
};

/** The parts of request number `number` that differ from the others. @param {number} number */
export const varyingRequest = (number) => {
  // Spread, so that heads next to each other differ in every digit.
  const id = hex(Math.imul(number + 1, 0x9e3779b1) >>> 0, 8);
  return {
    path: `/?page=${id}&visit=${hex(number, 4)}`,
    fields: [
      `traceparent: 00-${id.repeat(4)}-${id.repeat(2)}-01`,
      `x-request-id: ${id}-${hex(number, 4)}-4000-8000-${id}${hex(number, 4)}`,
      `cookie: session=${id.repeat(4)}; theme=dark; seen=${hex(number, 4)}`,
    ],
  };
};
