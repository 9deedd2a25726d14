import { Buffer } from 'node:buffer';
import { channel } from 'node:diagnostics_channel';
import type { Connection } from '@windhover/connections';
import { type BadHttpRequestError, FieldSection, type HttpServices, type Refusal } from '@windhover/http';
import { contentLengthEnd } from '../exchange/head-text.ts';

/**
 * Each refused request, as `{ error, connection }`.
 *
 * Source: Kestrel's diagnostic event `Microsoft.AspNetCore.Server.Kestrel.BadRequest`
 */
const badRequestChannel = channel('windhover.http.bad-request');

/** Tells whoever wants to know that a request was refused. */
export const reportBadRequest = (error: BadHttpRequestError, connection: Connection, services: HttpServices): void => {
  services.events.badRequest(error, connection);
  if (badRequestChannel.hasSubscribers) badRequestChannel.publish({ error, connection });
};

/** What the server has to say to a refused request, checked; nothing, where finding that out fails. */
export const refusalFor = (
  error: BadHttpRequestError,
  connection: Connection,
  services: HttpServices,
): Refusal | undefined => {
  try {
    const refusal = services.refusal?.(error);
    if (refusal !== undefined) new FieldSection().set('content-type', refusal.contentType);
    return refusal;
  } catch (failure) {
    services.events.applicationError(failure, connection.features);
    return undefined;
  }
};

/** A 405 says which method the target belongs to (RFC 9110 15.5.6). */
const allowedMethods: Partial<Record<string, string>> = {
  HTTP1_ASTERISK_NOT_ALLOWED: 'allow: OPTIONS\r\n',
  HTTP1_AUTHORITY_NOT_ALLOWED: 'allow: CONNECT\r\n',
};

/** Everything of a refusing response that follows its status line, Date and Server. The connection always closes. */
export const refusalText = (error: BadHttpRequestError, refusal: Refusal | undefined): string => {
  const fields = new FieldSection();
  let content = '';
  if (refusal !== undefined) {
    fields.set('content-type', refusal.contentType);
    content = Buffer.from(refusal.content, 'utf8').toString('latin1');
  }
  const allow = allowedMethods[error.code] ?? '';
  return `${allow}${fields.toWire()}connection: close\r\n${contentLengthEnd(content.length)}${content}`;
};
