import type { HttpContext } from '@windhover/http';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type FetchHandler, type FetchHandlerOptions, fetchHandler } from '../src/index.ts';

/** A fetch handler over a connection in memory. */
export const served = (handler: FetchHandler, options?: FetchHandlerOptions): MemoryHttp =>
  new MemoryHttp(fetchHandler(handler, options));

/** The answer of a fetch handler to one raw request. */
export const answer = (handler: FetchHandler, request: string, options?: FetchHandlerOptions): Promise<Answer> =>
  served(handler, options).answer(request);

/** What a handler makes of the Request, as the JSON of the answer. */
export const seen = async (
  request: string,
  look: (request: Request) => unknown,
  options?: FetchHandlerOptions,
): Promise<unknown> => {
  const handler = async (received: Request): Promise<Response> => Response.json((await look(received)) ?? null);
  const { content } = await answer(handler, request, options);
  return JSON.parse(content) as unknown;
};

export type { Answer, HttpContext };
