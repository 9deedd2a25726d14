import { createHash, timingSafeEqual } from 'node:crypto';
import { TrustedSources } from '@windhover/addresses';
import { type HttpContext, HttpConnectionFeature } from '@windhover/http';

/** Whether a request may see the page. @returns why not; `undefined` if it may */
export type AccessCheck = (context: HttpContext) => string | undefined;

/** Fields that a proxy adds. All clients of a proxy on this machine have a loopback address, so they are refused. */
const forwardingFields = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

const thisMachine = new TrustedSources(['loopback', 'unix'], (source) => new RangeError(source));

/**
 * Allows clients on this machine that use a host name of this machine, without a proxy. The host name check stops DNS
 * rebinding: pages of another site whose domain points to 127.0.0.1. The origin check stops scripts of other sites where
 * the application allows their origin by CORS. A proxy that adds no field and sends its own Host is recognized only by
 * HTTP/1.0, which no browser sends; nginx uses it by default before 1.29.7.
 */
export const loopbackOnly: AccessCheck = ({ features, request }) => {
  const isLocal = thisMachine.trusts(features.get(HttpConnectionFeature)?.remoteEndpoint);
  const isDirect =
    request.protocol !== 'HTTP/1.0' && forwardingFields.every((name) => request.headers.get(name) === undefined);
  const isNamedLocal = loopbackHost.test(request.headers.get('host') ?? '');
  const origin = request.headers.get('origin');
  const isOwnPage = origin === undefined || loopbackHost.test(origin.replace(/^https?:\/\//, ''));
  if (isLocal && isDirect && isNamedLocal && isOwnPage) return undefined;
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

/** Digests of equal length, as the comparison requires. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
