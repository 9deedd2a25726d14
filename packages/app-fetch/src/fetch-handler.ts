import { type HttpContext, type RequestDelegate, resolveOptions } from '@windhover/http';
import { isThenable } from '@windhover/thrown-values';
import { FetchError } from './errors.ts';
import { FetchContext } from './fetch-context.ts';
import { type FetchServerHandler, fetchServerHandler, isFetchServerHandler } from './fetch-server/fetch-server.ts';
import { type RequestKind, createRequest } from './request/create-request.ts';
import { refuse, refusedMethod } from './request/refusal.ts';
import { requestUrl } from './request/request-url.ts';
import { sendResponse, sendThrown } from './response/send-response.ts';

/** Turns a Request into a Response. */
export type FetchFunction = (
  request: Request,
  context: FetchContext,
  executionContext: FetchContext,
) => Response | Promise<Response>;

/** An application with a `fetch` method (Hono, H3, itty-router, …). */
export interface FetchObject {
  readonly fetch: FetchFunction;
}

/** A fetch handler: the function itself, an application with a `fetch` method, or a handler object of the draft. */
export type FetchHandler = FetchFunction | FetchObject | FetchServerHandler;

/** How a fetch handler is run. */
export interface FetchHandlerOptions {
  /**
   * `platform`: the handler gets a `Request` of the platform. `lazy`: it gets an object that becomes one only where a member
   * needs it, which costs less; `new Request(request)` and `fetch(request)` need `platformRequest(request)` then. Default
   * `platform`.
   */
  readonly request?: RequestKind;
}

/**
 * A request delegate that runs a fetch handler: `app.run(fetchHandler(hono))`. A `Response` that the handler throws is
 * sent like one that it returns, unless it comes from `fetch`. Any other error of the handler is an error of the
 * application, as for every delegate.
 *
 * @throws FetchError `APP_FETCH_HANDLER_INVALID`, `APP_FETCH_PROTOCOL_UNKNOWN`
 * @throws TypeError for an unknown option or value
 */
export const fetchHandler = (handler: FetchHandler, options?: FetchHandlerOptions): RequestDelegate => {
  const { request: kind } = resolveOptions('fetchHandler', fetchHandlerDefaults, options, {
    kinds: { request: ['choice', 'platform', 'lazy'] },
  });
  if (isFetchServerHandler(handler)) return fetchServerHandler(handler, kind);
  const run = fetchFunction(handler);
  return (context) => {
    const request = servedRequest(context, kind);
    if (request === undefined) return;
    const fetchContext = new FetchContext(context);
    let response: Response | Promise<Response>;
    try {
      response = run(request, fetchContext, fetchContext);
    } catch (thrown) {
      return sendThrown(context, thrown);
    }
    if (!isThenable(response)) return sendResponse(context, response);
    return Promise.resolve(response).then(
      (settled) => sendResponse(context, settled),
      (thrown: unknown) => sendThrown(context, thrown),
    );
  };
};

const fetchHandlerDefaults: Required<FetchHandlerOptions> = { request: 'platform' };

const fetchFunction = (handler: FetchFunction | FetchObject): FetchFunction => {
  if (typeof handler === 'function') return handler;
  if (typeof handler !== 'object' || handler === null || typeof handler.fetch !== 'function') {
    throw new FetchError('APP_FETCH_HANDLER_INVALID', `received ${handler === null ? 'null' : typeof handler}`);
  }
  return (request, context, executionContext) => handler.fetch(request, context, executionContext);
};

/** The Request; `undefined` if the standard does not allow one, in which case the request has been answered. */
const servedRequest = (context: HttpContext, kind: RequestKind): Request | undefined => {
  const refused = refusedMethod(context.request.method);
  if (refused !== undefined) return refuse(context, refused);
  const url = requestUrl(context);
  try {
    return createRequest(kind, context, url);
  } catch (error) {
    // HTTP allows hosts that the URL parser refuses, e.g. `1.2.3.999` and `a:99999`.
    if (!URL.canParse(url)) return refuse(context, 400);
    throw error;
  }
};
