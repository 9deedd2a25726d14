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

const response = (status: string, body: string, fields = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\n${fields}Connection: close\r\n\r\n${body}`;

const refusal = response('400 Bad Request', 'This port speaks HTTPS: use an address that begins with https://\n');

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

const redirection = (address: string): string =>
  response('307 Temporary Redirect', 'Use https.\n', `Location: ${address}\r\n`);

/** Milliseconds for the client to end its side after the response. Same as the default of `requestDrainTimeout`. */
const lingerTimeout = 5000;

/** Answers a plain-text request with a note that the port requires HTTPS. */
export const refusePlainHttp = (connection: Connection): void =>
  lingeringClose(connection, { last: refusal, timeout: lingerTimeout });

/** Redirects a plain-text request to the same address with https. A request that is not entirely clear is refused. */
export const redirectPlainHttp = (connection: Connection, entries: NameEntries): void => {
  const decoder = new RequestDecoder(requestLimits);
  const answer = (address: string | undefined): void =>
    lingeringClose(connection, {
      last: address === undefined ? refusal : redirection(address),
      timeout: lingerTimeout,
    });
  connection.start({
    received: (bytes) => {
      decoder.push(bytes);
      try {
        if (decoder.read() === RequestEvent.head) answer(httpsAddress(decoder.head!, entries));
      } catch (error) {
        if (!(error instanceof Http1Error)) throw error;
        answer(undefined);
      }
    },
    drained: () => {},
    ended: () => answer(undefined),
    closed: () => {},
  });
};
