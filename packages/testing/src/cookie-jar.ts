import type { RequestMessage } from './request-message.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly host: string;
  /** Whether the cookie is also sent to hosts below `host`. */
  readonly includesSubdomains: boolean;
  readonly path: string;
  readonly isSecure: boolean;
  /** When the cookie expires: time of day in milliseconds, `Infinity` for a cookie without an end. */
  readonly expires: number;
}

/**
 * The cookies of one client. It stores the cookies that responses set, and adds to each request the cookies for its
 * host, path and scheme.
 * Public suffixes and `SameSite` are not checked: a test has one site.
 *
 * Source: RFC 6265 sections 5.2 to 5.4
 */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();
  readonly #now: () => number;

  /** @param now time of day in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The value of the Cookie field, the longest path first; empty without cookies. */
  header({ scheme, authority, target }: RequestMessage): string {
    const host = hostOf(authority);
    const path = pathOf(target);
    const now = this.#now();
    return [...this.#cookies.values()]
      .filter((cookie) => cookie.expires > now && (scheme === 'https' || !cookie.isSecure))
      .filter((cookie) => isSentTo(cookie, host) && isBelow(path, cookie.path))
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** Keeps the cookies of a response. @param lines values of its Set-Cookie fields */
  store(request: RequestMessage, lines: readonly string[]): void {
    for (const line of lines) {
      const cookie = parsedCookie(line, request, this.#now());
      if (cookie === undefined) continue;
      const key = JSON.stringify([cookie.name, cookie.host, cookie.path]);
      if (cookie.expires > this.#now()) this.#cookies.set(key, cookie);
      else this.#cookies.delete(key);
    }
  }
}

const hostOf = (authority: string): string => new URL(`http://${authority}`).hostname;

const pathOf = (target: string): string => target.split('?', 1)[0]!;

const isSentTo = ({ host, includesSubdomains }: Cookie, requested: string): boolean =>
  requested === host || (includesSubdomains && requested.endsWith(`.${host}`));

/** RFC 6265 5.1.4 */
const isBelow = (path: string, cookiePath: string): boolean =>
  path === cookiePath || (path.startsWith(cookiePath) && (cookiePath.endsWith('/') || path[cookiePath.length] === '/'));

/** @returns `undefined` for a line that a client ignores */
const parsedCookie = (line: string, request: RequestMessage, now: number): Cookie | undefined => {
  const [pair = '', ...rest] = line.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(equals, 0)).trim();
  if (name === '') return undefined;
  const attributes = new Map(rest.map(attributeOf));
  const host = hostOf(request.authority);
  const domain = attributes.get('domain')?.toLowerCase().replace(/^\./, '');
  if (domain && domain !== host && !host.endsWith(`.${domain}`)) return undefined;
  const path = attributes.get('path');
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    host: domain || host,
    includesSubdomains: Boolean(domain),
    path: path?.startsWith('/') === true ? path : folderOf(pathOf(request.target)),
    isSecure: attributes.has('secure'),
    expires: expiryOf(attributes, now),
  };
};

const attributeOf = (text: string): [name: string, value: string] => {
  const [name = '', ...value] = text.split('=');
  return [name.trim().toLowerCase(), value.join('=').trim()];
};

/** The default path of a cookie: the path of the request up to its last slash. */
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 1));

const expiryOf = (attributes: ReadonlyMap<string, string>, now: number): number => {
  const age = attributes.get('max-age');
  if (age !== undefined && /^-?\d+$/.test(age)) return now + Number(age) * 1000;
  const time = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(time) ? Infinity : time;
};
