import { isIP } from 'node:net';
import { type Connection, lingeringClose } from '@windhover/connections';
import { resolveHttpLimits } from '@windhover/http';
import { Http1Error, RequestDecoder, RequestEvent, type RequestHead } from '@windhover/http1-codec';
import type { NameEntries } from '../names/name-entries.ts';

const letterA = 0x41;
const letterZ = 0x5a;

/** Whether a client begins with a letter, as a request line does (RFC 9112 section 3). TLS begins with 22. */
export const looksLikeHttp = (firstByte: number): boolean => firstByte >= letterA && firstByte <= letterZ;

/** Maximum size in bytes of the request line, and of the header section, of a redirected request. */
const maxSectionSize = 8 * 1024;

const requestLimits = resolveHttpLimits({
  maxRequestLineSize: maxSectionSize,
  maxRequestHeadersTotalSize: maxSectionSize,
});

/** Lines of a response, without content if it answers HEAD. RFC 9110 sections 6.6.1 and 9.3.2 */
const response = (status: string, content: string, { method = '', fields = '' } = {}): string =>
  `HTTP/1.1 ${status}\r\nDate: ${new Date().toUTCString()}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
  `Content-Length: ${content.length}\r\n${fields}Connection: close\r\n\r\n${method === 'HEAD' ? '' : content}`;

const refusal = (method = ''): string =>
  response('400 Bad Request', 'This port speaks HTTPS: use an address that begins with https://\n', { method });

/** The origin form in visible ASCII. RFC 9112 section 3.2.1 */
const originForm = /^\/[\x21-\x7e]*$/;
/** RFC 3986 section 3.2.2, without forms that cannot be in a certificate. */
const hostAndPort = /^(?:\[([0-9a-f:.]+)\]|([0-9a-z_.-]+))(?::[0-9]{1,5})?$/i;

/** The same address with https; `undefined` if the target is not a path or the host is not in a certificate. */
const httpsAddress = (request: RequestHead, entries: NameEntries): string | undefined => {
  const authority = request.field('host') ?? '';
  const [, address, name = ''] = hostAndPort.exec(authority) ?? [];
  if (!originForm.test(request.target)) return undefined;
  const host = address ?? name;
  const leaf = entries.find(host)?.certificate?.current.leaf;
  const isCertified = isIP(host) === 0 ? leaf?.checkHost(host) : leaf?.checkIP(host);
  return isCertified === undefined ? undefined : `https://${authority}${request.target}`;
};

const redirection = (address: string, method: string): string =>
  response('307 Temporary Redirect', 'Use https.\n', { method, fields: `Location: ${address}\r\n` });

/** The answer to a request whose head is complete. */
const answerTo = (request: RequestHead, entries: NameEntries): string => {
  const address = httpsAddress(request, entries);
  return address === undefined ? refusal(request.method) : redirection(address, request.method);
};

/** Milliseconds for the client to end its side after the response. Same as the default of `requestDrainTimeout`. */
const lingerTimeout = 5000;

const close = (connection: Connection, last: string): void =>
  lingeringClose(connection, { last, timeout: lingerTimeout });

/** Answers a plain-text request, whose head is not read, with a note that the port requires HTTPS. */
export const refusePlainHttp = (connection: Connection): void => close(connection, refusal());

/** Redirects a plain-text request to the same address with https. A request that is not entirely clear is refused. */
export const redirectPlainHttp = (connection: Connection, entries: NameEntries): void => {
  const decoder = new RequestDecoder(requestLimits);
  connection.start({
    received: (bytes) => {
      decoder.push(bytes);
      try {
        if (decoder.read() === RequestEvent.head) close(connection, answerTo(decoder.head!, entries));
      } catch (error) {
        if (!(error instanceof Http1Error)) throw error;
        close(connection, refusal());
      }
    },
    drained: () => {},
    ended: () => close(connection, refusal()),
    closed: () => {},
  });
};
