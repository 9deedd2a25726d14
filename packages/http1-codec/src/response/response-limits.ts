import { type LimitRanges, resolveLimits } from '@windhover/http';

/** Limits on the resources of a client that a response may use. Sizes in bytes; `null` turns a limit off. */
export interface ResponseLimits {
  /** Maximum size of the status line with its line ending. */
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

/** Limits as options; an omitted limit has its default. */
export type ResponseLimitOptions = Partial<ResponseLimits>;

export const responseLimitDefaults: ResponseLimits = {
  maxStatusLineSize: 8 * 1024, // bytes; as a request line
  maxResponseHeadersTotalSize: 64 * 1024, // bytes; as SocketsHttpHandler MaxResponseHeadersLength
  maxResponseHeaderCount: 256, // lines; .NET has none
  maxResponseBodySize: null, // off
  maxInformationalResponses: 32, // responses; .NET has none
};

const ranges: LimitRanges<ResponseLimits> = {
  maxStatusLineSize: { kind: 'integer', least: 1 },
  maxResponseHeadersTotalSize: { kind: 'integer', least: 1 },
  maxResponseHeaderCount: { kind: 'integer', least: 1 },
  maxResponseBodySize: { kind: 'integer', least: 0, canBeNull: true },
  maxInformationalResponses: { kind: 'integer', least: 0 },
};

/**
 * Fills in the defaults of omitted and `undefined` limits, and checks the ranges.
 *
 * @throws HttpError `HTTP_LIMIT_INVALID`, with the name of the limit, its range and the received value
 */
export const resolveResponseLimits = (given: ResponseLimitOptions = {}): ResponseLimits =>
  resolveLimits(responseLimitDefaults, ranges, given);
