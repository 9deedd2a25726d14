import { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeHandlerOptions } from './node-handler.ts';
import type { MessageSettings } from './node-internals.ts';
import { requestClass } from './node-request.ts';
import { responseClass } from './node-response.ts';
import type { SocketFacade } from './socket/socket-facade.ts';

/** The classes of requests and responses, and their options, with the meaning that they have for `http.createServer`. */
export interface ExchangeClasses {
  /** Class of the requests; default `http.IncomingMessage`. */
  readonly IncomingMessage?: typeof IncomingMessage | undefined;
  /** Class of the responses; default `http.ServerResponse`. */
  readonly ServerResponse?: typeof ServerResponse | undefined;
  /** `highWaterMark` of the streams that requests, responses and sockets are, in bytes. Default that of Node. */
  readonly highWaterMark?: number | undefined;
  /** Makes `res.write` throw for a response that has no content. Default false. */
  readonly rejectNonStandardBodyWrites?: boolean | undefined;
}

/** The default classes. All handlers share them, because code that meets objects of many classes is slower. */
const ServedRequest = requestClass(IncomingMessage);
const ServedResponse = responseClass(ServerResponse);

export const exchangeSettings = (options: NodeHandlerOptions & ExchangeClasses): ExchangeSettings => ({
  Request: options.IncomingMessage === undefined ? ServedRequest : requestClass(options.IncomingMessage),
  Response: options.ServerResponse === undefined ? ServedResponse : responseClass(options.ServerResponse),
  responseOptions: responseOptions(options),
  joinsHeaders: options.joinDuplicateHeaders === true,
  uniqueHeaders: namesOf(options),
  allowsHalfOpen: true,
  requestTimeout: 0,
  contentError: undefined,
  keepAlive: undefined,
});

const responseOptions = ({ highWaterMark, rejectNonStandardBodyWrites }: ExchangeClasses): object | undefined =>
  highWaterMark === undefined && rejectNonStandardBodyWrites === undefined
    ? undefined
    : { highWaterMark, rejectNonStandardBodyWrites };

const namesOf = ({ uniqueHeaders }: NodeHandlerOptions): ReadonlySet<string> | undefined =>
  uniqueHeaders && new Set(uniqueHeaders.flat().map((name) => name.toLowerCase()));

/** The options in the form that each exchange needs. */
export interface ExchangeSettings extends MessageSettings {
  readonly uniqueHeaders: ReadonlySet<string> | undefined;
  /** Whether a client that has ended its side may still read the response; otherwise it counts as disconnected. */
  allowsHalfOpen: boolean;
  /** Milliseconds from the head of a request to the end of its content; 0 for no limit. */
  requestTimeout: number;
  /**
   * Called with malformed or incomplete content of a request without a response. If it is set, content is read before
   * the handler reads it, as in Node.js, so that such content is noticed when it arrives.
   *
   * @returns whether a listener answers on the socket; else the response is that of the error
   */
  contentError: ((error: Error, socket: SocketFacade) => boolean) | undefined;
  /** See `ResponseExchange`. */
  keepAlive: string | undefined;
}
