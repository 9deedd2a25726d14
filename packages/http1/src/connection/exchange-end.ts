import type { HttpApplication, HttpEvents } from '@windhover/http';
import type { Http1Exchange } from '../exchange/exchange.ts';

/** Ends a response that the application has left open. @returns what went wrong, if anything did */
export const endResponse = (exchange: Http1Exchange): unknown => {
  if (exchange.response.hasEnded) return undefined;
  try {
    exchange.response.end();
    return undefined;
  } catch (error) {
    return error;
  }
};

/** Calls back whoever waits for the end of the exchange, then disposes of its context. Errors are only reported. */
export const disposeExchange = <C>(
  exchange: Http1Exchange,
  context: C,
  failure: unknown,
  application: HttpApplication<C>,
  events: HttpEvents,
): void => {
  const callbacks = exchange.response.takeOnCompleted();
  if (callbacks !== undefined) callAll(callbacks, exchange, events);
  try {
    application.disposeContext(context, failure);
  } catch (error) {
    events.applicationError(error, exchange);
  }
};

const callAll = (callbacks: (() => void | Promise<void>)[], exchange: Http1Exchange, events: HttpEvents): void => {
  const report = (error: unknown): void => events.applicationError(error, exchange);
  for (const callback of callbacks) {
    try {
      callback()?.catch(report);
    } catch (error) {
      report(error);
    }
  }
};
