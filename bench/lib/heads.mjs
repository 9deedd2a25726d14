/** The field lines of each request head, without Host. */
const fieldLines = {
  small: ['accept: */*'],
  closing: ['accept: */*', 'connection: close'],
  // What Chromium sends when somebody types an address, a cookie and a cache validator included.
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

/** Where the subjects that speak TLS answer with more than a greeting. */
export const downloadPath = '/download';

/**
 * One request as it goes over the wire.
 * @param {HeadName} name
 * @param {number} port
 */
export const requestHead = (name, port, path = '/') =>
  [`GET ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, ...fieldLines[name], '', ''].join('\r\n');
