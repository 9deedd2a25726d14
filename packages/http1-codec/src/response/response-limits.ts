import { HttpError } from '@windhover/http';

/** What a client lets a server use up. Sizes in bytes; `null` turns a limit off where it may. */
export interface ResponseLimits {
  /** Status line with its line ending. */
  readonly maxStatusLineSize: number;
  /** All header field lines of one response with their line endings, trailers too. */
  readonly maxResponseHeadersTotalSize: number;
  /** Header field lines of one response, trailers too. */
  readonly maxResponseHeaderCount: number;
  /** Response content, with the framing of its chunks. Content is never collected here, so it needs no limit. */
  readonly maxResponseBodySize: number | null;
  /** Responses of status 1xx before the final one. */
  readonly maxInformationalResponses: number;
}

export const responseLimitDefaults: ResponseLimits = {
  maxStatusLineSize: 8 * 1024, // bytes; as a request line
  maxResponseHeadersTotalSize: 64 * 1024, // bytes; as SocketsHttpHandler MaxResponseHeadersLength
  maxResponseHeaderCount: 256, // lines; .NET has none
  maxResponseBodySize: null, // off
  maxInformationalResponses: 32, // responses; .NET has none
};

const least: Readonly<Record<keyof ResponseLimits, number>> = {
  maxStatusLineSize: 1,
  maxResponseHeadersTotalSize: 1,
  maxResponseHeaderCount: 1,
  maxResponseBodySize: 0,
  maxInformationalResponses: 0,
};

/**
 * The defaults with what was given in their place.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, naming the limit and its range
 */
export const resolveResponseLimits = (given: Partial<ResponseLimits> = {}): ResponseLimits => {
  const limits: Record<string, number | null> = { ...responseLimitDefaults };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(least, name)) throw new HttpError('HTTP_LIMIT_INVALID', `there is no limit "${name}"`);
    if (value === undefined) continue;
    checkLimit(name as keyof ResponseLimits, value);
    limits[name] = value;
  }
  return limits as unknown as ResponseLimits;
};

const checkLimit = (name: keyof ResponseLimits, value: number | null): void => {
  const isNullable = name === 'maxResponseBodySize';
  if (value === null ? isNullable : Number.isSafeInteger(value) && value >= least[name]) return;
  const range = `a whole number from ${least[name]} on${isNullable ? ', or null' : ''}`;
  throw new HttpError('HTTP_LIMIT_INVALID', `${name} is ${range}, not ${String(value)}`);
};
