import type { Writable } from 'node:stream';
import { type HttpContext, resolveOptions } from '@windhover/http';
import { RequestLoggingError } from './errors.ts';
import { type NamedFormat, namedFormats } from './formats/named-formats.ts';
import type { RequestLogEntry } from './request-log-entry.ts';

/** A named format, or a function that formats an entry. Line breaks in its result become spaces. */
export type RequestLogFormat = NamedFormat | ((entry: RequestLogEntry) => string);

/**
 * Options of `requestLogging`.
 *
 * Source: ASP.NET Core `HttpLoggingOptions`, `W3CLoggerOptions`
 */
export interface ResolvedRequestLoggingOptions {
  /** Receives the lines. Without it, entries are written to the logger of the host, which has its own format. */
  readonly output: Writable | undefined;
  /** Format of the lines of `output`. */
  readonly format: RequestLogFormat;
  /** Names of query parameters whose values are logged; `all` for every value. Other values are `Redacted`. */
  readonly queryValues: readonly string[] | 'all';
  /** Names of request fields that are logged. Credentials (Authorization, Cookie) are always `Redacted`. */
  readonly requestHeaders: readonly string[];
  /** Names of response fields that are logged. Set-Cookie is always `Redacted`. */
  readonly responseHeaders: readonly string[];
  /**
   * Fraction of requests that are logged, 0 to 1. Requests with a status of 500 or above and aborted requests are
   * always logged.
   */
  readonly sampling: number;
  /** Requests that are never logged, e.g. health checks. Called before the request is handled. */
  readonly skip: (context: HttpContext) => boolean;
  /** Characters queued for a slow `output`. Further entries are dropped, counted and reported. */
  readonly maxQueuedSize: number;
  /** Random number from 0 to below 1 that selects the sample. For tests. */
  readonly random: () => number;
}

/** Options as passed by the caller; all have defaults. */
export type RequestLoggingOptions = Partial<ResolvedRequestLoggingOptions>;

export const requestLoggingDefaults: ResolvedRequestLoggingOptions = {
  output: undefined,
  format: 'json',
  queryValues: [], // as ASP.NET Core, which logs no query by default: values may be secrets
  requestHeaders: ['user-agent', 'referer'], // as ASP.NET Core W3CLoggerOptions
  responseHeaders: [],
  sampling: 1,
  skip: () => false,
  maxQueuedSize: 1024 * 1024, // ASP.NET Core: 1024 entries
  random: Math.random,
};

/** @throws RequestLoggingError */
export const resolveRequestLoggingOptions = (given: RequestLoggingOptions): ResolvedRequestLoggingOptions => {
  const options = resolveOptions('requestLogging', requestLoggingDefaults, given, {
    kinds: { queryValues: ['strings', 'all'] },
  });
  const { format, sampling, maxQueuedSize } = options;
  if (typeof format !== 'function' && !Object.hasOwn(namedFormats, format)) {
    throw new RequestLoggingError('REQUEST_LOGGING_FORMAT_UNKNOWN', format);
  }
  if (!(sampling >= 0 && sampling <= 1)) throw new RequestLoggingError('REQUEST_LOGGING_SAMPLING_INVALID', sampling);
  if (!Number.isInteger(maxQueuedSize) || maxQueuedSize < 1) {
    throw new RequestLoggingError('REQUEST_LOGGING_QUEUE_INVALID', maxQueuedSize);
  }
  return options;
};
