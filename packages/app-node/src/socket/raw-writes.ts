import type { FeatureCollection } from '@windhover/features';
import {
  HttpInformationalFeature,
  HttpResponseBodyFeature,
  HttpResponseFeature,
  HttpTakeOverFeature,
} from '@windhover/http';
import { DirectOutput, type DirectOutputOwner } from './direct-output.ts';
import { NodeHandlerError } from '../errors.ts';
import { type RequestInternals, exchangeKey } from '../node-internals.ts';
import { parseResponseHead } from '../response-head.ts';

/** The socket of a request that a handler writes to, or ends. */
export interface WrittenSocket extends DirectOutputOwner {
  /** The current response. */
  readonly _httpMessage: {
    readonly req: RequestInternals;
    _flush(): void;
    readonly [exchangeKey]: { gone(): void };
  } | null;
  /** The exchange to notify when the connection ends. */
  exchange: { gone(): void } | undefined;
}

/**
 * Sends a whole informational response that a handler has written to the socket: the response of the request follows.
 *
 * @returns whether the text is one
 */
export const sendInformational = (
  text: string,
  { _httpMessage: message }: WrittenSocket,
  request: FeatureCollection | undefined,
): boolean => {
  const response = text.startsWith('HTTP/1.1 1') ? parseResponseHead(text) : undefined;
  if (response === undefined || response.status === 101 || response.content !== '') return false;
  const { status, fields } = response;
  if (status !== 100) request?.get(HttpInformationalFeature)?.sendInformational(status, fields);
  // The protocol sends 100 (Continue) when content is read.
  else if (message?.req.receivedContent !== undefined) message.req.read(0);
  return true;
};

/**
 * HTTP leaves the connection to the bytes that a handler writes to the socket.
 *
 * @param text the first bytes that are written
 * @throws NodeHandlerError `APP_NODE_SOCKET_WRITE_REFUSED`; HttpError `HTTP_REQUEST_ABORTED` if the client has disconnected
 */
export const leaveHttp = (
  text: string,
  socket: WrittenSocket,
  request: FeatureCollection | undefined,
): DirectOutput => {
  const takeOver = request?.get(HttpTakeOverFeature);
  if (request === undefined || takeOver === undefined) throw refused('received bytes for no such response');
  if (request.require(HttpResponseBodyFeature).hasEnded) throw refused('received bytes after the response has ended');
  const head = request.require(HttpResponseFeature);
  const status = parseResponseHead(text)?.status ?? 0;
  if (status >= 200 && !head.hasStarted) head.statusCode = status;
  const output = takenOver(takeOver, socket);
  // The response sends nothing, so a stream that waits for `drain` need not wait.
  socket._httpMessage?._flush();
  return output;
};

/** The exchange of the response lasts until the connection ends; only the socket is notified of that. */
export const takenOver = (feature: HttpTakeOverFeature, socket: WrittenSocket): DirectOutput => {
  const connection = feature.takeOver();
  socket.exchange ??= socket._httpMessage?.[exchangeKey];
  return new DirectOutput(connection, socket);
};

const refused = (detail: string): NodeHandlerError => new NodeHandlerError('APP_NODE_SOCKET_WRITE_REFUSED', detail);
