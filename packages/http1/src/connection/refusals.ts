import { Buffer } from 'node:buffer';
import { type BadHttpRequestError, FieldSection, type Refusal } from '@windhover/http';
import { contentLengthEnd } from '../exchange/head-text.ts';

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
