import type { HttpContext } from '@windhover/http';
import { type Answer, MemoryHttp } from '../../../tools/test-support/memory-http.ts';
import { type FetchHandler, fetchHandler } from '../src/index.ts';

/** A fetch handler over a connection in memory. */
export const served = (handler: FetchHandler): MemoryHttp => new MemoryHttp(fetchHandler(handler));

/** The answer of a fetch handler to one raw request. */
export const answer = (handler: FetchHandler, request: string): Promise<Answer> => served(handler).answer(request);

/** What a handler makes of the Request, as the JSON of the answer. */
export const seen = async (request: string, look: (request: Request) => unknown): Promise<unknown> => {
  const { content } = await answer(async (received) => Response.json((await look(received)) ?? null), request);
  return JSON.parse(content) as unknown;
};

export type { Answer, HttpContext };
