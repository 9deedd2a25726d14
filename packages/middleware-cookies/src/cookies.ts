import { type HttpContext, HttpError, type HttpFields, type Middleware, withDefaults } from '@windhover/http';
import { type Cookies, parseCookie } from 'cookie';
import { CookiesFeature, type RequestCookies } from './cookies-feature.ts';
import { KeyRing } from './key-ring.ts';
import {
  type CookieAttributes,
  type CookiesOptions,
  type ResolvedCookiesOptions,
  resolveCookiesOptions,
} from './options.ts';
import { setCookieLine } from './set-cookie-line.ts';

/**
 * Request middleware that provides `cookiesOf(context)`: cookies with safe attributes, plain, signed or encrypted. The
 * Cookie field is parsed on first use.
 *
 * @throws CookiesError `COOKIES_KEY_INVALID`, `COOKIES_LIMIT_INVALID`
 */
export const cookies = (given: CookiesOptions = {}): Middleware => {
  const options = resolveCookiesOptions(given);
  const keys = new KeyRing(options.keys);
  return (context, next) => {
    context.features.set(CookiesFeature, new CookieJar(context, options, keys));
    return next(context);
  };
};

class CookieJar implements RequestCookies {
  readonly #context: HttpContext;
  readonly #options: ResolvedCookiesOptions;
  readonly #keys: KeyRing;
  #received: Cookies | undefined;
  /**
   * The lines to send, by name, domain, path and whether they are partitioned, which together name one cookie of the
   * browser: RFC 6265 4.1.1 allows only one line for each.
   */
  #lines: Map<string, string> | undefined;
  /** The header section that the lines are for: a response that is cleared gets another one. */
  #headers: HttpFields | undefined;

  constructor(context: HttpContext, options: ResolvedCookiesOptions, keys: KeyRing) {
    this.#context = context;
    this.#options = options;
    this.#keys = keys;
  }

  get names(): readonly string[] {
    return Object.keys(this.#cookies);
  }

  get(name: string): string | undefined {
    return this.#cookies[name];
  }

  set(name: string, value: string, attributes: CookieAttributes = {}): void {
    const all = withDefaults(this.#options.attributes, attributes);
    const line = setCookieLine(name, value, all, this.#context.request.scheme === 'https');
    this.#add([name, all.domain, all.path, all.partitioned === true].join(';'), line);
  }

  delete(name: string, attributes: CookieAttributes = {}): void {
    this.set(name, '', { ...attributes, maxAge: 0, expires: new Date(0) });
  }

  getSigned(name: string): string | undefined {
    const signed = this.get(name);
    return signed === undefined ? undefined : this.#keys.verify(name, signed);
  }

  setSigned(name: string, value: string, attributes?: CookieAttributes): void {
    this.set(name, this.#keys.sign(name, value), attributes);
  }

  getEncrypted(name: string): string | undefined {
    const encrypted = this.get(name);
    return encrypted === undefined ? undefined : this.#keys.decrypt(name, encrypted);
  }

  setEncrypted(name: string, value: string, attributes?: CookieAttributes): void {
    this.set(name, this.#keys.encrypt(name, value), attributes);
  }

  get #cookies(): Cookies {
    return (this.#received ??= parseCookie(
      firstCookies(this.#context.request.headers.get('cookie') ?? '', this.#options.maxCookies),
    ));
  }

  /**
   * Keeps a line until the head is sent, so that a handler that replaces the Set-Cookie field, as `node:http` handlers
   * do, does not lose it.
   */
  #add(key: string, line: string): void {
    const { response } = this.#context;
    const { headers } = response;
    if (response.hasStarted) throw new HttpError('HTTP_RESPONSE_STARTED');
    if (this.#lines === undefined || this.#headers !== headers) this.#begin(headers);
    this.#lines!.set(key, line);
  }

  /** Begins the lines of a response. A response that is cleared, e.g. for an error, loses them like its other fields. */
  #begin(headers: HttpFields): void {
    const { response } = this.#context;
    const lines = new Map<string, string>();
    response.onStarting(() => {
      if (response.headers !== headers) return;
      for (const line of lines.values()) headers.append('set-cookie', line);
    });
    this.#lines = lines;
    this.#headers = headers;
  }
}

/** The beginning of a Cookie field with at most `count` cookies. */
const firstCookies = (field: string, count: number): string => {
  let end = -1;
  for (let cookie = 0; cookie < count; cookie++) {
    end = field.indexOf(';', end + 1);
    if (end === -1) return field;
  }
  return field.slice(0, end);
};
