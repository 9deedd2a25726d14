import { channel } from 'node:diagnostics_channel';
import type { Connection } from '@windhover/connections';
import { BadHttpRequestError, FieldSection, HttpError, type Refusal } from '@windhover/http';
import { ErrorCode } from '../codec/error-code.ts';
import type { Http2Host } from '../connection/http2-connection.ts';
import type { Http2Exchange } from './exchange.ts';

const badRequestChannel = channel('windhover.http.bad-request');

/**
 * Runs the application on exchanges, and answers for it where it fails.
 *
 * Source: Kestrel `HttpProtocol.ProcessRequests`
 */
export class ExchangeRunner {
  readonly #connection: Connection;
  readonly #host: Http2Host;

  constructor(connection: Connection, host: Http2Host) {
    this.#connection = connection;
    this.#host = host;
  }

  run(exchange: Http2Exchange): void {
    const { application } = this.#host;
    let context: unknown;
    let pending: void | Promise<void>;
    try {
      context = application.createContext(exchange);
      pending = application.processRequest(context);
    } catch (error) {
      this.#settle(exchange, context, error ?? new Error('The application threw nothing'));
      return;
    }
    if (!isPromise(pending)) {
      this.#settle(exchange, context, undefined);
      return;
    }
    pending.then(
      () => this.#settle(exchange, context, undefined),
      (error: unknown) => this.#settle(exchange, context, error ?? new Error('The application rejected with nothing')),
    );
  }

  /** Answers a request without the application. */
  refuse(exchange: Http2Exchange, error: BadHttpRequestError): void {
    this.#failed(exchange, error);
    exchange.isOver = true;
    exchange.stream.connection.exchangeOver(exchange);
  }

  /** The first content of a response goes out as the beginning of a stream. */
  releaseFirst(exchange: Http2Exchange): void {
    if (exchange.isOver) return;
    try {
      exchange.response.releaseFirst();
    } catch (error) {
      this.#failed(exchange, error);
    }
  }

  /** A request was refused, or is malformed. */
  reportBadRequest(error: BadHttpRequestError): void {
    this.#host.services.events.badRequest(error, this.#connection);
    if (badRequestChannel.hasSubscribers) badRequestChannel.publish({ error, connection: this.#connection });
  }

  /** The application has finished with the request. */
  #settle(exchange: Http2Exchange, context: unknown, error: unknown): void {
    const failure = error ?? endResponse(exchange);
    if (failure !== undefined) this.#failed(exchange, failure);
    exchange.isOver = true;
    if (context !== undefined) this.#dispose(exchange, context, failure);
    exchange.stream.connection.exchangeOver(exchange);
  }

  /** A 500, or the status of the request's own fault, if nothing has been sent yet; else the stream is reset. */
  #failed(exchange: Http2Exchange, error: unknown): void {
    const isRequestsFault = error instanceof BadHttpRequestError;
    if (isRequestsFault) this.reportBadRequest(error);
    else if (!exchange.isGone || !isAborted(error)) this.#host.services.events.applicationError(error, exchange);
    const { response } = exchange;
    if (exchange.isGone || response.hasEnded) return;
    if (response.hasStarted) {
      exchange.stream.reset(ErrorCode.INTERNAL_ERROR, error instanceof Error ? error : undefined);
      return;
    }
    response.reset();
    response.statusCode = isRequestsFault ? error.status : 500;
    const refusal = isRequestsFault ? this.#refusalFor(error) : undefined;
    if (refusal !== undefined) response.headers.set('content-type', refusal.contentType);
    response.end(refusal?.content);
  }

  /** What the server says to a refused request, checked. */
  #refusalFor(error: BadHttpRequestError): Refusal | undefined {
    const { services } = this.#host;
    try {
      const refusal = services.refusal?.(error);
      if (refusal !== undefined) new FieldSection().set('content-type', refusal.contentType);
      return refusal;
    } catch (failure) {
      services.events.applicationError(failure, this.#connection.features);
      return undefined;
    }
  }

  /** Calls back for the end of the exchange, then disposes of its context. Errors are only reported. */
  #dispose(exchange: Http2Exchange, context: unknown, failure: unknown): void {
    const { application, services } = this.#host;
    const report = (error: unknown): void => services.events.applicationError(error, exchange);
    for (const callback of exchange.response.takeOnCompleted() ?? []) {
      try {
        callback()?.catch(report);
      } catch (error) {
        report(error);
      }
    }
    try {
      application.disposeContext(context, failure);
    } catch (error) {
      report(error);
    }
  }
}

/** Ends a response that the application has left open. @returns the error, if there is one */
const endResponse = (exchange: Http2Exchange): unknown => {
  if (exchange.response.hasEnded) return undefined;
  try {
    exchange.response.end();
    return undefined;
  } catch (error) {
    return error;
  }
};

const isPromise = (value: unknown): value is Promise<void> =>
  value !== undefined && value !== null && typeof (value as Promise<void>).then === 'function';

const isAborted = (error: unknown): boolean => error instanceof HttpError && error.code === 'HTTP_REQUEST_ABORTED';
