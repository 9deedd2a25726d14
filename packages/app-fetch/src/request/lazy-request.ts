import type { HttpContext } from '@windhover/http';
import { forwardMembers } from './forward-members.ts';
import { LazyHeaders } from './lazy-headers.ts';
import { isNormalUrl } from './normal-url.ts';
import { ServedRequest } from './served-request.ts';

/** Methods that the Fetch standard leaves as they are. */
const plainMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

/**
 * A request that this server received, which becomes a platform's `Request` only where a member needs one: method, URL,
 * signal and single header fields do not. It is an `instanceof Request` with all members of one. `new Request(request)` and
 * `fetch(request)` throw a TypeError, because the platform reads private fields there: pass `platformRequest(request)`.
 *
 * Source: Fetch standard, section 5.4
 */
export class LazyRequest {
  readonly #context: HttpContext;
  readonly #url: string;
  readonly #method: string;
  #headers: LazyHeaders | undefined;
  #platform: ServedRequest | undefined;

  /**
   * @param url as `requestUrl` makes it
   * @param method that the Request shows
   * @throws TypeError for a URL or a method (CONNECT, TRACE, TRACK) that the Fetch standard does not allow
   */
  constructor(context: HttpContext, url: string, method = context.request.method) {
    this.#context = context;
    this.#url = url;
    this.#method = method;
    if (!plainMethods.has(method) || !isNormalUrl(url)) this.#platform = new ServedRequest(context, url, method);
  }

  get method(): string {
    return this.#platform?.method ?? this.#method;
  }

  get url(): string {
    return this.#platform?.url ?? this.#url;
  }

  get headers(): Headers {
    return (this.#headers ??= new LazyHeaders(
      this.#context.request.headers,
      () => this.#toPlatform().headers,
    )) as unknown as Headers;
  }

  /** Aborts when the client is gone before the response is complete, also when it is first read after that. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  #toPlatform(): ServedRequest {
    return (this.#platform ??= new ServedRequest(this.#context, this.#url, this.#method));
  }

  /** The platform's Request of a lazy one; any other Request as it is. */
  static platformOf(request: Request): Request {
    return #platform in request ? request.#toPlatform() : request;
  }

  static {
    forwardMembers(this.prototype, Request.prototype, (request) => request.#toPlatform());
    Object.setPrototypeOf(this.prototype, Request.prototype);
  }
}

/**
 * The platform's `Request` of a lazy one, with the same body and headers; any other Request as it is. Code that calls
 * `new Request(request)` or `fetch(request)` passes it where the handler runs with `request: 'lazy'`.
 */
export const platformRequest = (request: Request): Request => LazyRequest.platformOf(request);
