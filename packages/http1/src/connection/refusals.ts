import { Buffer } from 'node:buffer';
import type { Connection } from '@windhover/connections';
import { type BadHttpRequestError, FieldSection, type HttpServices, type Refusal } from '@windhover/http';
import { refusalFor, reportBadRequest } from '@windhover/http/exchange';
import type { ResponseHeadWriter } from '@windhover/http1-codec';

/** The Allow field of a 405: the method that the target requires (RFC 9110 15.5.6). */
const allowedMethods: Partial<Record<string, string>> = {
  HTTP1_ASTERISK_NOT_ALLOWED: 'OPTIONS',
  HTTP1_AUTHORITY_NOT_ALLOWED: 'CONNECT',
};

/**
 * The whole response to a refused request. The connection always closes after it.
 *
 * @param refusal the content added by the server; `undefined` for none
 */
const refusalText = (
  heads: ResponseHeadWriter,
  { code, status }: BadHttpRequestError,
  refusal: Refusal | undefined,
): string => {
  const fields = new FieldSection();
  const allow = allowedMethods[code];
  if (allow !== undefined) fields.set('allow', allow);
  if (refusal !== undefined) fields.set('content-type', refusal.contentType);
  const content = refusal === undefined ? '' : Buffer.from(refusal.content, 'utf8').toString('latin1');
  return heads.write(status, '', fields, 'close', content.length) + content;
};

/**
 * Reports a refused request to the server.
 *
 * @param takeOver passes the connection to a responder that answers instead of the protocol
 * @returns the whole response; `undefined` if such a responder has taken the connection
 */
export const refuseRequest = (
  error: BadHttpRequestError,
  connection: Connection,
  services: HttpServices,
  heads: ResponseHeadWriter,
  takeOver: () => Connection,
): string | undefined => {
  reportBadRequest(error, connection, services);
  if (services.refusedConnection?.(error, takeOver) === true) return undefined;
  return refusalText(heads, error, refusalFor(error, connection, services));
};
