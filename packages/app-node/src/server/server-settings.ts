import type { ServerLimitsInit } from '@windhover/server';

/** The options of `createServer` that this server supports; other options are ignored, as `node:http` ignores them. */
export interface NodeServerOptions {
  /** Milliseconds; default 130,000 (`node:http`: 65,000 or 5,000). 0 for no limit. */
  readonly keepAliveTimeout?: number | undefined;
  /** Milliseconds from the first byte of a request to the end of its head; default 30,000. 0 for no limit. */
  readonly headersTimeout?: number | undefined;
  /** Accepted for compatibility: slow content is held to a least data rate instead of a time. */
  readonly requestTimeout?: number | undefined;
  /** Bytes of a head; default 32 KiB. */
  readonly maxHeaderSize?: number | undefined;
  /** Joins repeated request fields with `, ` in `req.headers` instead of keeping the first. Default false. */
  readonly joinDuplicateHeaders?: boolean | undefined;
  /** Response fields that are sent as one line when their value is an array, joined by `; `. */
  readonly uniqueHeaders?: readonly (string | readonly string[])[] | undefined;
  /** `true` is refused: requests that break RFC 9112 are not read. */
  readonly insecureHTTPParser?: boolean | undefined;
}

/** The properties of a server that may be set until it listens. */
export interface ServerSettings {
  keepAliveTimeout: number;
  headersTimeout: number;
  requestTimeout: number;
  timeout: number;
  maxHeadersCount: number | null;
  maxRequestsPerSocket: number | null;
  maxConnections: number | null;
}

const orNever = (milliseconds: number): number => (milliseconds > 0 ? milliseconds : Infinity);

const orNone = (count: number | null): number | null => (count !== null && count > 0 ? count : null);

/** Node's settings as limits of a Windhover server. */
export const limitsOf = (settings: ServerSettings, { maxHeaderSize }: NodeServerOptions): ServerLimitsInit => ({
  keepAliveTimeout: orNever(settings.keepAliveTimeout),
  requestHeadersTimeout: orNever(settings.headersTimeout),
  maxRequestsPerConnection: orNone(settings.maxRequestsPerSocket),
  maxConcurrentConnections: orNone(settings.maxConnections),
  maxRequestBodySize: null,
  ...(orNone(settings.maxHeadersCount) === null ? {} : { maxRequestHeaderCount: settings.maxHeadersCount! }),
  ...(maxHeaderSize === undefined ? {} : { maxRequestHeadersTotalSize: maxHeaderSize }),
});
