import type { Connection } from '@windhover/connections';
import { isThenable, readableError } from '@windhover/thrown-values';
import { type BadHttpRequestError, isBadRequest, isRequestAborted } from '../errors.ts';
import type { HttpApplication, HttpServices } from '../http-application.ts';
import { HttpResponseBodyFeature } from '../features/http-response-body.ts';
import { errorResponse } from '../problem/error-response.ts';
import type { HttpExchange } from './http-exchange.ts';
import { ObservedRequest } from './observed-request.ts';
import { refusalFor, reportBadRequest } from './refusals.ts';

/** The application and the services that exchanges run with. */
export interface ExchangeHost<C> {
  readonly application: HttpApplication<C>;
  readonly services: HttpServices;
}

/** Called when an exchange has ended: answered or cut off, and its context disposed. */
export interface ExchangeOwner<E> {
  exchangeOver(exchange: E): void;
}

/**
 * Runs the application on exchanges, one at a time. For each exchange it sends a returned value, waits for content that
 * is still being sent, ends the response, answers failures, runs callbacks and disposes of the context. An HTTP/1.1
 * connection has one run for all its exchanges; a protocol with streams has one for each stream.
 *
 * Nothing is allocated for an exchange whose application returns without a promise.
 */
export class ExchangeRun<C, E extends HttpExchange> {
  readonly #host: ExchangeHost<C>;
  readonly #connection: Connection;
  readonly #owner: ExchangeOwner<E>;
  #exchange: E | undefined;
  #context: C | undefined;
  /** The exchange for subscribers of the diagnostics channels; `undefined` without subscribers. */
  #observed: ObservedRequest | undefined;
  /** Created for the first awaited promise, and reused for later ones. */
  #onReturned: ((result: unknown) => void) | undefined;
  #onFailed: ((error: unknown) => void) | undefined;

  /** @param connection reported with refused requests */
  constructor(host: ExchangeHost<C>, connection: Connection, owner: ExchangeOwner<E>) {
    this.#host = host;
    this.#connection = connection;
    this.#owner = owner;
  }

  /** Starts an exchange. The previous one must have ended. */
  start(exchange: E): void {
    this.#exchange = exchange;
    this.#context = undefined;
    const observed = ObservedRequest.begin(exchange, this.#connection);
    this.#observed = observed;
    const { application } = this.#host;
    let result: unknown;
    try {
      const context = application.createContext(exchange);
      this.#context = context;
      result =
        observed === undefined
          ? application.processRequest(context)
          : observed.run(() => application.processRequest(context));
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (result === undefined) this.#finish();
    else this.#returned(result);
  }

  /** Sends the content that the response holds until the end of the turn. */
  releaseContent(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.isOver) return;
    try {
      exchange.response.releaseFirst();
    } catch (error) {
      if (this.#reportFailure(exchange, error)) this.#endWithStatus(exchange);
    }
  }

  #returned(result: unknown): void {
    if (isThenable(result)) this.#wait(result);
    else this.#sendResult(result);
  }

  #wait(thenable: PromiseLike<unknown>): void {
    this.#onReturned ??= (result) => {
      if (result === undefined) this.#finish();
      else this.#sendResult(result);
    };
    this.#onFailed ??= (error) => this.#fail(error);
    try {
      // Another kind of promise may call back twice; the second call would end the next request.
      Promise.resolve(thenable).then(this.#onReturned, this.#onFailed);
    } catch (error) {
      this.#fail(error);
    }
  }

  #sendResult(result: unknown): void {
    let pending: void | Promise<void>;
    try {
      pending = this.#observed === undefined ? this.#send(result) : this.#observed.run(() => this.#send(result));
    } catch (error) {
      this.#fail(error);
      return;
    }
    if (isThenable(pending)) this.#wait(pending);
    else this.#finish();
  }

  #send(result: unknown): void | Promise<void> {
    return this.#host.application.sendResult?.(this.#context!, result);
  }

  /** Finishes an exchange whose application has returned. Waits first for content that is still being sent. */
  #finish(): void {
    const exchange = this.#exchange!;
    const { response } = exchange;
    const content = response.takePendingContent();
    if (content !== undefined) {
      content.then(
        () => this.#finish(),
        (error: unknown) => this.#contentFailed(exchange, error),
      );
      return;
    }
    if (response.hasEnded) this.#over(exchange, undefined);
    else this.#endResponse(exchange);
  }

  /** Handles a failure of sending; the application may have answered in another way. */
  #contentFailed(exchange: E, error: unknown): void {
    const { response } = exchange;
    const isAnswered = response.hasEnded || (!response.hasStarted && response.statusCode >= 400);
    if (isAnswered) this.#finish();
    else this.#fail(error);
  }

  /** Ends a response that the application has left open. */
  #endResponse(exchange: E): void {
    const { response } = exchange;
    if (response.statusCode >= 400 && !response.hasStarted && !response.hasHeldContent) {
      this.#answer(exchange, undefined);
      return;
    }
    this.#end(exchange, undefined, (error) => this.#fail(error));
  }

  /** Ends a response, and waits for content that a wrapping body still has to send. */
  #end(exchange: E, failure: unknown, failed: (error: unknown) => void): void {
    const { response } = exchange;
    let content: Promise<unknown> | undefined;
    try {
      bodyOf(exchange).end();
      content = response.takePendingContent();
      if (content === undefined) response.end();
    } catch (error) {
      failed(error);
      return;
    }
    if (content === undefined) this.#over(exchange, failure);
    else content.then(() => this.#over(exchange, failure), failed);
  }

  // Failures

  #fail(thrown: unknown): void {
    const exchange = this.#exchange!;
    const error = thrown ?? new Error(`The application failed with ${String(thrown)}`);
    const answer = this.#reportFailure(exchange, error);
    if (answer) this.#answer(exchange, error);
    else this.#over(exchange, error);
  }

  /**
   * Reports a failure. A response that has started is cut off, because a truncated response must not look complete.
   *
   * @returns whether the failure can be answered; if so, the response is empty and has the status of the error
   */
  #reportFailure(exchange: E, error: unknown): boolean {
    const refused = isBadRequest(error) ? error : undefined;
    const { problem, isClientFault } = errorResponse(error);
    const hasLeft = exchange.isGone || exchange.clientHasEnded || exchange.isSignalAborted;
    const isConsequence = hasLeft && isRequestAborted(error);
    if (refused !== undefined) reportBadRequest(refused, this.#connection, this.#host.services);
    else if (!isClientFault && !isConsequence) this.#report(exchange, error);
    const { response } = exchange;
    if (exchange.isGone || (response.hasEnded && !response.isHandedOver)) return false;
    if (isConsequence || response.hasStarted) {
      exchange.abandon(readableError(error));
      return false;
    }
    response.reset();
    bodyOf(exchange).discard?.();
    // Content that was still being sent belongs to the response that is dropped.
    void response.takePendingContent();
    response.statusCode = problem.status;
    if (refused !== undefined) this.#explain(exchange, refused);
    return true;
  }

  /** Lets the server add content to the response to a bad request. */
  #explain(exchange: E, error: BadHttpRequestError): void {
    exchange.refused(error);
    const refusal = refusalFor(error, this.#connection, this.#host.services);
    if (refusal === undefined) return;
    exchange.response.headers.set('content-type', refusal.contentType);
    exchange.response.write(refusal.content);
  }

  /** Lets the application write the content of an error response, and ends it. */
  #answer(exchange: E, error: unknown): void {
    const { application } = this.#host;
    const { response } = exchange;
    const context = this.#context;
    if (application.sendError === undefined || context === undefined || response.hasHeldContent) {
      this.#endAnswer(exchange, error);
      return;
    }
    let pending: void | Promise<void>;
    try {
      pending = application.sendError(context, error);
    } catch (failure) {
      this.#answerFailed(exchange, error, failure);
      return;
    }
    if (pending === undefined) this.#endAnswer(exchange, error);
    else
      Promise.resolve(pending).then(
        () => this.#endAnswer(exchange, error),
        (failure: unknown) => this.#answerFailed(exchange, error, failure),
      );
  }

  #endAnswer(exchange: E, error: unknown): void {
    this.#end(exchange, error, (failure) => this.#answerFailed(exchange, error, failure));
  }

  /** Handles a failure of the error response: only its status is sent, if nothing has been sent. */
  #answerFailed(exchange: E, error: unknown, failure: unknown): void {
    const { response } = exchange;
    const status = response.statusCode;
    if (this.#reportFailure(exchange, failure)) {
      if (status >= 400) response.statusCode = status;
      this.#endWithStatus(exchange);
    }
    this.#over(exchange, error ?? failure);
  }

  /** Ends a response without content. If an `onStarting` callback fails, it ends without the callbacks. */
  #endWithStatus(exchange: E): void {
    const { response } = exchange;
    const status = response.statusCode;
    try {
      response.end();
    } catch (error) {
      if (!this.#reportFailure(exchange, error)) return;
      response.resetToStatus();
      response.statusCode = status;
      response.end();
    }
  }

  #report(exchange: E, error: unknown): void {
    this.#host.services.events.applicationError(error, exchange);
  }

  // The end

  #over(exchange: E, failure: unknown): void {
    exchange.isOver = true;
    exchange.bodyIfAny?.exchangeOver();
    const context = this.#context;
    const observed = this.#observed;
    this.#exchange = undefined;
    this.#context = undefined;
    this.#observed = undefined;
    const callbacks = exchange.response.takeOnCompleted();
    if (callbacks !== undefined) this.#callBack(callbacks, exchange);
    // Without a context, `createContext` has failed.
    if (context !== undefined) this.#dispose(context, failure, exchange);
    observed?.end(failure);
    this.#owner.exchangeOver(exchange);
  }

  #callBack(callbacks: (() => void | Promise<void>)[], exchange: E): void {
    const report = (error: unknown): void => this.#report(exchange, error);
    for (const callback of callbacks) {
      try {
        const pending: unknown = callback();
        if (isThenable(pending)) pending.then(undefined, report);
      } catch (error) {
        report(error);
      }
    }
  }

  #dispose(context: C, failure: unknown, exchange: E): void {
    try {
      this.#host.application.disposeContext(context, failure);
    } catch (error) {
      this.#report(exchange, error);
    }
  }
}

/** The body set by middleware, else the response itself. */
const bodyOf = (exchange: HttpExchange): HttpResponseBodyFeature => exchange.require(HttpResponseBodyFeature);
