import { type HttpContext, HttpResponseFeature } from '@windhover/http';

/** A response that can take back content which was written and has not left yet, as that of HTTP/1.1 can. */
interface ResettableResponse extends HttpResponseFeature {
  reset(): void;
}

/** Takes back all that has been done to a response that has not started: another one comes in its place. */
export const emptyResponse = (context: HttpContext): void => {
  const response = context.features.require(HttpResponseFeature);
  if (isResettable(response)) {
    response.reset();
    return;
  }
  response.statusCode = 200;
  response.reasonPhrase = '';
  for (const name of new Set(Array.from(response.headers, ([name]) => name))) response.headers.delete(name);
};

const isResettable = (response: HttpResponseFeature): response is ResettableResponse =>
  typeof (response as Partial<ResettableResponse>).reset === 'function';
