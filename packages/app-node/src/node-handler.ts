import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectionItemsFeature, resolveOptions } from '@windhover/connections';
import type { HttpContext, RequestDelegate } from '@windhover/http';
import { NodeHandlerError } from './errors.ts';
import { exchangeSettings } from './exchange-settings.ts';
import { NodeExchange } from './node-exchange.ts';
import { SocketFacade, facadeKey } from './socket/socket-facade.ts';

/** Called by a `(req, res, next)` function to continue with the next middleware, or to report an error. */
export type NextFunction = (error?: unknown) => void;

/** A `node:http` style handler: an Express, Koa or Connect application, or a plain function. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse, next: NextFunction) => unknown;

/** Runs a node handler as the end of a pipeline or as middleware. */
export type NodeDelegate = (context: HttpContext, next?: RequestDelegate) => void | Promise<void>;

/** Options of a node handler, with the same meaning as for `http.createServer`. */
export interface NodeHandlerOptions {
  /** Joins repeated request fields with `, ` in `req.headers` instead of keeping the first. Default false. */
  readonly joinDuplicateHeaders?: boolean | undefined;
  /** Response fields sent as one line, joined by `; `, if their value is an array. Default none. */
  readonly uniqueHeaders?: readonly (string | readonly string[])[] | undefined;
}

const optionKinds = { joinDuplicateHeaders: 'boolean', uniqueHeaders: 'array' } as const;

/**
 * A request delegate that runs a `(req, res)` handler: `app.run(nodeHandler(express()))`, or as middleware,
 * `app.use(nodeHandler(serveStatic('public')))`, where `next()` continues with the next middleware. An error that the
 * handler throws, rejects with or passes to `next` is the application's error.
 *
 * @throws NodeHandlerError `APP_NODE_HANDLER_INVALID`
 * @throws TypeError when an option is unknown or has a wrong type
 */
export const nodeHandler = (handler: NodeHandler, options: NodeHandlerOptions = {}): NodeDelegate => {
  if (typeof handler !== 'function')
    throw new NodeHandlerError('APP_NODE_HANDLER_INVALID', `received ${typeof handler}`);
  const settings = exchangeSettings(resolveOptions('nodeHandler', {}, options, { kinds: optionKinds }));
  // Declares one parameter, because `serve` treats a function with two as `(req, res)`.
  return (context, ...[next]) => {
    const rest = { next, context };
    return new NodeExchange(context.features, socketOf(context), settings, rest).run(handler);
  };
};

/** HTTP/1.1 has one request at a time, so its connection has one facade; each HTTP/2 stream has its own. */
const socketOf = (context: HttpContext): SocketFacade => {
  const items = context.request.protocol.startsWith('HTTP/1')
    ? context.features.get(ConnectionItemsFeature)?.items
    : undefined;
  const kept = items?.get(facadeKey) as SocketFacade | undefined;
  const isFree = kept !== undefined && !kept.destroyed && !kept.isServing;
  const facade = isFree ? kept : new SocketFacade(context.features);
  if (facade !== kept) items?.set(facadeKey, facade);
  facade.serve(context.features);
  return facade;
};
