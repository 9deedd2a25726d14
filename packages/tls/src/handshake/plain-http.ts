import { Buffer } from 'node:buffer';
import { isIP } from 'node:net';
import { type Connection, lingeringClose } from '@windhover/connections';
import type { NameEntries } from '../names/name-entries.ts';

const letterA = 0x41;
const letterZ = 0x5a;

/** Whether a client begins with a letter, as a request line does (RFC 9112 section 3). TLS begins with 22. */
export const looksLikeHttp = (firstByte: number): boolean => firstByte >= letterA && firstByte <= letterZ;

/** Bytes of the head of a request that is redirected, at most. */
const maxHeadSize = 8 * 1024;

const response = (status: string, body: string, fields = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\n${fields}Connection: close\r\n\r\n${body}`;

const refusal = response('400 Bad Request', 'This port speaks HTTPS: use an address that begins with https://\n');

/** Origin form only (RFC 9112 section 3.2.1), then the field section. */
const requestHead = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ (\/[\x21-\x7e]*) HTTP\/1\.[01]\r\n([\s\S]*?\r\n)??\r\n/;
const hostField = /^host:(.*)\r$/gim;
/** RFC 3986 section 3.2.2, without forms that no certificate can have. */
const hostAndPort = /^(?:\[([0-9a-f:.]+)\]|([0-9a-z_.-]+))(?::([0-9]{1,5}))?$/i;

/** The same address with https; `undefined` when the request is malformed or its host is not in a certificate. */
export const httpsAddress = (head: string, entries: NameEntries): string | undefined => {
  const [, target, fields = ''] = requestHead.exec(head) ?? [];
  const hosts = [...fields.matchAll(hostField)].map(([, value]) => value!.trim());
  const [, address, name] = (hosts.length === 1 && hostAndPort.exec(hosts[0]!)) || [];
  const host = address ?? name;
  if (target === undefined || host === undefined) return undefined;
  const leaf = entries.find(host)?.certificate?.current.leaf;
  const isOurs = isIP(host) === 0 ? leaf?.checkHost(host) : leaf?.checkIP(host);
  return isOurs === undefined ? undefined : `https://${hosts[0]}${target}`;
};

const redirection = (address: string): string =>
  response('307 Temporary Redirect', 'Use https.\n', `Location: ${address}\r\n`);

/** Milliseconds that the client has to end its side after the answer. Same as the default of `requestDrainTimeout`. */
const lingerTimeout = 5000;

/** Answers a request in plain text with the sentence that the port needs HTTPS. */
export const refusePlainHttp = (connection: Connection): void =>
  lingeringClose(connection, { last: refusal, timeout: lingerTimeout });

/** Redirects a request in plain text to the same address with https. A request that is not entirely clear is refused. */
export const redirectPlainHttp = (connection: Connection, entries: NameEntries): void => {
  let head = '';
  const finish = (): void => {
    const address = httpsAddress(head, entries);
    lingeringClose(connection, {
      last: address === undefined ? refusal : redirection(address),
      timeout: lingerTimeout,
    });
  };
  connection.start({
    received: (bytes) => {
      head += Buffer.from(bytes).toString('latin1');
      if (head.includes('\r\n\r\n') || head.length >= maxHeadSize) finish();
    },
    drained: () => {},
    ended: finish,
    closed: () => {},
  });
};
