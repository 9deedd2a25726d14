import { createHash, timingSafeEqual } from 'node:crypto';
import { type HttpContext, HttpConnectionFeature } from '@windhover/http';

/** Whether a request may see the page; or why not. */
export type AccessCheck = (context: HttpContext) => string | undefined;

/** Fields that a proxy adds. All clients of a proxy on this machine have a loopback address, so they are refused. */
const forwardingFields = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

const loopbackAddress = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;

/**
 * Allows clients on this machine that ask for it by a name of this machine, without a proxy between. The name keeps pages
 * of other sites out, whose domain an attacker points to 127.0.0.1.
 */
export const loopbackOnly: AccessCheck = ({ features, request }) => {
  const remote = features.get(HttpConnectionFeature)?.remoteEndpoint;
  const isLocal = remote?.kind === 'unix' || (remote?.kind === 'ip' && loopbackAddress.test(remote.address));
  const isDirect = forwardingFields.every((name) => request.headers.get(name) === undefined);
  const isNamedLocal = loopbackHost.test(request.headers.get('host') ?? '');
  if (isLocal && isDirect && isNamedLocal) return undefined;
  return 'The dashboard answers clients on this machine only. Pass a token to dashboard({ token }) to open it to others.';
};

/** Allows clients that have the token, as `?token=…` or as a bearer token. */
export const tokenOnly = (token: string): AccessCheck => {
  const expected = digest(token);
  return ({ request }) => {
    const [, bearer] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const given = bearer ?? new URLSearchParams(request.queryString).get('token') ?? '';
    if (timingSafeEqual(digest(given), expected)) return undefined;
    return 'The dashboard needs its token: add ?token=… to the address.';
  };
};

/** Of one length, whatever the length of the text is. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
