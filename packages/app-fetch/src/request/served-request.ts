import { type HttpContext, HttpRequestBodyFeature } from '@windhover/http';
import { bodyStream } from './body-stream.ts';

/** Methods whose requests have no body in the Fetch standard. */
const withoutBody = new Set(['GET', 'HEAD']);

/**
 * Members of the platform's class that are inherited. TypeScript does not allow an accessor to replace the property
 * `signal`.
 */
interface KeptOfRequest extends Omit<Request, 'signal' | 'clone'> {
  clone(): Request;
}

const PlatformRequest: new (url: string, init?: RequestInit) => KeptOfRequest = Request;

/**
 * A request of this server as a platform `Request`, so `clone`, `new Request(request)` and `fetch(request)` work. Its
 * body is read from the connection only as far as the handler reads it.
 *
 * Source: Fetch standard, section 5.4
 */
export class ServedRequest extends PlatformRequest {
  readonly #context: HttpContext;

  /**
   * @param url result of `requestUrl`
   * @param method method of the Request
   * @throws TypeError for a URL or a method (CONNECT, TRACE, TRACK) that the Fetch standard does not allow
   */
  constructor(context: HttpContext, url: string, method = context.request.method) {
    super(url, requestInit(context, method));
    this.#context = context;
    const { headers } = this;
    const lines = context.request.headers.lines();
    for (let at = 0; at < lines.length; at += 2) headers.append(lines[at]!, lines[at + 1]!);
  }

  /** Aborts when the client disconnects before the response is complete, even if it is first read after that. */
  get signal(): AbortSignal {
    return this.#context.signal;
  }

  override clone(): Request {
    return new Request(super.clone(), { signal: this.signal });
  }
}

const requestInit = ({ features }: HttpContext, method: string): RequestInit | undefined => {
  if (method === 'GET') return undefined;
  const body = features.get(HttpRequestBodyFeature);
  if (withoutBody.has(method) || body === undefined || !body.canHaveBody) return { method };
  return { method, body: bodyStream(body), duplex: 'half' };
};
