import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fetchHandler } from '@windhover/app-fetch';
import { nodeHandler } from '@windhover/app-node';
import type { HttpContext, RequestDelegate } from '@windhover/http';
import express, { type Request as ExpressRequest, type Response as ExpressResponse } from 'express';

/** The form of an application. */
export type ApplicationKind = 'a context handler' | 'a fetch handler' | 'an Express app';

/** A response that a test requests from an application, independent of its form. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes have a known length; a source of pieces is streamed. Default none. */
  readonly body?: string | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
}

/** Makes the response to a request. */
export type Answer = (context: HttpContext) => Reply | void | Promise<Reply | void>;

/** An application of the given form. An answer without a reply has sent the response through the context itself. */
export const applicationOf = (kind: ApplicationKind, answer: Answer): RequestDelegate => forms[kind](answer);

const contextHandler =
  (answer: Answer): RequestDelegate =>
  async (context) => {
    const reply = await answer(context);
    if (reply === undefined) return;
    const { status = 200, headers = {}, body } = reply;
    const { response } = context;
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    if (body !== undefined) await response.send(body);
  };

const fetchApplication = (answer: Answer): RequestDelegate =>
  fetchHandler(async (_request, { http }) => {
    const { status = 200, headers = {}, body = null } = (await answer(http)) ?? {};
    const fields = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
    const content = isPieces(body) ? ReadableStream.from<Uint8Array>(body) : body;
    return new Response(content, { status, headers: fields as [string, string][] });
  });

const isPieces = (body: Reply['body'] | null): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

const expressApplication = (answer: Answer): RequestDelegate => {
  const contexts = new AsyncLocalStorage<HttpContext>();
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(async (_request: ExpressRequest, response: ExpressResponse) => {
    const { status = 200, headers = {}, body } = (await answer(contexts.getStore()!)) ?? {};
    response.status(status);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (isPieces(body)) await pipeline(Readable.from(body), response);
    else if (typeof body === 'string') response.type(response.get('content-type') ?? 'text').send(body);
    else response.end(body);
  });
  const run = nodeHandler(app);
  return (context) => contexts.run(context, () => run(context));
};

const forms: Readonly<Record<ApplicationKind, (answer: Answer) => RequestDelegate>> = {
  'a context handler': contextHandler,
  'a fetch handler': fetchApplication,
  'an Express app': expressApplication,
};
