import { type FeatureLogger, type HttpContext, LoggerFeature, type Middleware } from '@windhover/http';
import { customFormat, namedFormats } from './formats/named-formats.ts';
import { LineOutput } from './line-output.ts';
import {
  type RequestLoggingOptions,
  type ResolvedRequestLoggingOptions,
  resolveRequestLoggingOptions,
} from './options.ts';
import { type EntryContent, type RequestLogEntry, requestLogEntry } from './request-log-entry.ts';

/** Category of the entries in the log of the host. */
const category = 'windhover.requests';

/**
 * Request middleware that logs each request after its response has been handed to the connection, or was aborted. Add
 * it first, because it measures the middleware after it.
 *
 * @throws RequestLoggingError
 * Source: ASP.NET Core `HttpLoggingMiddleware`, `W3CLoggingMiddleware`
 */
export const requestLogging = (given: RequestLoggingOptions = {}): Middleware => {
  const log = new RequestLog(resolveRequestLoggingOptions(given));
  return (context, next) => {
    log.follow(context);
    return next(context);
  };
};

class RequestLog {
  readonly #options: ResolvedRequestLoggingOptions;
  readonly #content: EntryContent;
  readonly #output: LineOutput | undefined;
  /** The logger of the host, and its child for requests. */
  #parent: FeatureLogger | undefined;
  #logger: FeatureLogger | undefined;

  constructor(options: ResolvedRequestLoggingOptions) {
    const { output, format, queryValues, requestHeaders, responseHeaders, maxQueuedSize } = options;
    this.#options = options;
    this.#content = {
      queryValues: queryValues === 'all' ? queryValues : new Set(queryValues),
      requestHeaders: requestHeaders.map((name) => name.toLowerCase()),
      responseHeaders: responseHeaders.map((name) => name.toLowerCase()),
    };
    const lineFormat = typeof format === 'function' ? customFormat(format) : namedFormats[format];
    this.#output = output === undefined ? undefined : new LineOutput(output, lineFormat, maxQueuedSize);
  }

  /** Logs the request when it has ended. */
  follow(context: HttpContext): void {
    if (this.#output === undefined && this.#loggerFor(context) === undefined) return;
    if (this.#options.skip(context)) return;
    const time = Date.now();
    const start = performance.now();
    context.response.onCompleted(() => this.#completed(context, time, performance.now() - start));
  }

  #completed(context: HttpContext, time: number, duration: number): void {
    const entry = requestLogEntry(context, time, duration, this.#content);
    if (!this.#isChosen(entry)) return;
    const logger = this.#loggerFor(context);
    if (this.#output === undefined) logger?.info(...loggerArguments(entry));
    else this.#output.write(entry, logger && ((details, message) => logger.warn(details, message)));
  }

  #isChosen({ status, aborted }: RequestLogEntry): boolean {
    const { sampling, random } = this.#options;
    return sampling === 1 || status >= 500 || aborted === true || random() < sampling;
  }

  /** `undefined` without a host, or if its logger does not write such entries. */
  #loggerFor({ features }: HttpContext): FeatureLogger | undefined {
    const parent = features.get(LoggerFeature);
    if (parent === undefined) return undefined;
    if (parent !== this.#parent) {
      this.#parent = parent;
      this.#logger = parent.child?.({ category }) ?? parent;
    }
    return this.#logger?.isLevelEnabled?.('info') === false ? undefined : this.#logger;
  }
}

/** The logger adds the time of its own entry. The message is for readers. */
const loggerArguments = (entry: RequestLogEntry): [details: object, message: string] => {
  const { time: _, ...details } = entry;
  const { method, path, status, duration } = details;
  return [details, `${method} ${path} ${status} in ${duration} ms`];
};
