import type { Connection } from '@windhover/connections';
import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * Gives the connection of a request to the handler, which writes the bytes of a response itself. For adapters of code that
 * writes to the socket of a request. Absent for HTTP/2, where requests share the connection.
 *
 * Source: RFC 9112 9.6; `socket` of `http.ServerResponse` of Node.js
 */
export interface HttpTakeOverFeature {
  /**
   * Sends what the response has written, and returns the connection. HTTP does not use it any more: nothing can be added to
   * the response, no later request is answered, and the HTTP limits no longer apply. Content of the request that has not
   * been read is the first input.
   *
   * @throws HttpError `HTTP_RESPONSE_ENDED`, `HTTP_REQUEST_ABORTED`
   */
  takeOver(): Connection;
}

export const HttpTakeOverFeature: FeatureKey<HttpTakeOverFeature> = featureKey('http-take-over');
