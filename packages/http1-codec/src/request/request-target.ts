import { isHost, isSameAuthority } from '@windhover/http';
import { Http1Error } from '../grammar/errors.ts';
import { HeadFlag } from './framing-fields.ts';
import { ASTERISK, SLASH } from '../grammar/grammar.ts';
import { latin1Bytes } from '../grammar/latin1.ts';
import type { ResolvedHttp1Options } from '../grammar/http1-options.ts';
import type { RequestHead } from './request-head.ts';

/**
 * Checks that target, method and Host are consistent. The first byte is enough for the origin form, which nearly every
 * request has.
 *
 * @throws Http1Error `HTTP1_HOST_MISSING`, `HTTP1_HOST_MISMATCH`, `HTTP1_TARGET_INVALID`, `HTTP1_ASTERISK_NOT_ALLOWED`,
 *   `HTTP1_AUTHORITY_NOT_ALLOWED`
 * Source: RFC 9112 section 3.2
 */
export const checkTarget = (head: RequestHead, options: ResolvedHttp1Options): void => {
  if (head.minorVersion === 1 && (head.flags & HeadFlag.host) === 0) throw new Http1Error('HTTP1_HOST_MISSING');
  const first = head.targetByte;
  if (head.isConnect) checkAuthorityForm(head);
  else if (first === SLASH) return;
  else if (first === ASTERISK && head.target === '*') checkAsteriskForm(head);
  else checkAbsoluteForm(head, options);
};

const checkAsteriskForm = (head: RequestHead): void => {
  if (head.method !== 'OPTIONS') throw new Http1Error('HTTP1_ASTERISK_NOT_ALLOWED');
};

/** uri-host ":" port, only allowed for CONNECT, with the same Host (RFC 9112 3.2.3). */
const checkAuthorityForm = (head: RequestHead): void => {
  const target = head.target;
  const bytes = latin1Bytes(target);
  if (!isHost(bytes, 0, bytes.length) || !/:\d+$/.test(target)) throw new Http1Error('HTTP1_TARGET_INVALID');
  const host = head.field('host');
  if (host !== undefined && host.toLowerCase() !== target.toLowerCase()) throw new Http1Error('HTTP1_HOST_MISMATCH');
};

const absoluteForm = /^(https?):\/\/([^/?]*)/i;

/** absolute-URI with the scheme http or https, a host, and no userinfo (RFC 9110 4.2.4). */
const checkAbsoluteForm = (head: RequestHead, options: ResolvedHttp1Options): void => {
  const match = absoluteForm.exec(head.target);
  if (match === null) throw notAbsolute(head.target);
  const authority = match[2]!;
  const bytes = latin1Bytes(authority);
  if (authority === '' || !isHost(bytes, 0, bytes.length)) throw new Http1Error('HTTP1_TARGET_INVALID');
  const host = head.field('host');
  // HTTP/1.0 without Host: the target has the host.
  if (host === undefined) {
    head.overridingHost = authority;
    return;
  }
  if (isSameAuthority(host, authority, match[1]!)) return;
  if (!options.allowHostHeaderOverride) throw new Http1Error('HTTP1_HOST_MISMATCH');
  head.overridingHost = authority;
};

/** The error for a target that is not absolute: the authority form is only allowed for CONNECT. */
const notAbsolute = (target: string): Http1Error => {
  const bytes = latin1Bytes(target);
  const isAuthority = isHost(bytes, 0, bytes.length) && /:\d+$/.test(target);
  return new Http1Error(isAuthority ? 'HTTP1_AUTHORITY_NOT_ALLOWED' : 'HTTP1_TARGET_INVALID');
};
