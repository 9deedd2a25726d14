import { type IncomingMessage, maxHeaderSize as nodeMaxHeaderSize } from 'node:http';
import type { ServerLimitOptions } from '@windhover/server';
import { NodeHandlerError } from '../errors.ts';
import type { ExchangeClasses } from '../exchange-settings.ts';

/** The options of `createServer` that this server supports; other options are ignored, as `node:http` ignores them. */
export interface NodeServerOptions extends ExchangeClasses {
  /** Milliseconds; default 130,000 (`node:http`: 65,000 or 5,000). 0 for no limit. */
  readonly keepAliveTimeout?: number | undefined;
  /** Milliseconds from the first byte of a request to the end of its head; default 30,000. 0 for no limit. */
  readonly headersTimeout?: number | undefined;
  /**
   * Milliseconds until a request must be received completely, its content included; one that is not is answered with 408.
   * Default 0 for no limit (`node:http`: 300,000): slow content is held to a least data rate instead of a time.
   */
  readonly requestTimeout?: number | undefined;
  /**
   * Maximum size of the request line, and of all fields, in bytes. Default 0 for `http.maxHeaderSize` (16 KiB) for the
   * request line and 32 KiB for the fields.
   */
  readonly maxHeaderSize?: number | undefined;
  /** Joins repeated request fields with `, ` in `req.headers` instead of keeping the first. Default false. */
  readonly joinDuplicateHeaders?: boolean | undefined;
  /** Response fields sent as one line, joined by `; `, if their value is an array. */
  readonly uniqueHeaders?: readonly (string | readonly string[])[] | undefined;
  /** `true` is refused: requests that violate RFC 9112 are never accepted. */
  readonly insecureHTTPParser?: boolean | undefined;
  /** Sends small writes immediately (TCP_NODELAY). Default true. */
  readonly noDelay?: boolean | undefined;
  /** Lets the system probe idle connections (SO_KEEPALIVE). Default false. */
  readonly keepAlive?: boolean | undefined;
  /** Milliseconds until the first probe of `keepAlive`. Default 0 for the default of the system. */
  readonly keepAliveInitialDelay?: number | undefined;
  /** Whether a request that asks for an upgrade is one; default: where a listener for `upgrade` exists. */
  readonly shouldUpgradeCallback?: ((request: IncomingMessage) => boolean) | undefined;
}

/** The properties of a server. They may be set until its event `listening`. */
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

const numbers = [
  'keepAliveTimeout',
  'headersTimeout',
  'requestTimeout',
  'maxHeaderSize',
  'highWaterMark',
  'keepAliveInitialDelay',
] as const satisfies (keyof NodeServerOptions)[];

/**
 * Refuses options as `http.createServer` does.
 *
 * @throws TypeError `ERR_INVALID_ARG_TYPE`, RangeError `ERR_OUT_OF_RANGE`, NodeHandlerError `APP_NODE_OPTION_REFUSED`
 */
export const checkOptions = (options: unknown): void => {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidType('options', 'an object', options);
  }
  const given = options as NodeServerOptions;
  for (const name of numbers) checkNumber(name, given[name]);
  const { insecureHTTPParser, requestTimeout = 0, headersTimeout = 0 } = given;
  if (requestTimeout > 0 && headersTimeout > requestTimeout) {
    throw outOfRange('headersTimeout', `at most the requestTimeout of ${requestTimeout}`, headersTimeout);
  }
  if (insecureHTTPParser === true) throw new NodeHandlerError('APP_NODE_OPTION_REFUSED', 'insecureHTTPParser');
};

const checkNumber = (name: string, value: unknown): void => {
  if (value === undefined) return;
  if (typeof value !== 'number') throw invalidType(name, 'a number', value);
  if (!Number.isSafeInteger(value) || value < 0) throw outOfRange(name, 'an integer of at least 0', value);
};

const invalidType = (name: string, expected: string, value: unknown): Error => {
  const error = new TypeError(`"${name}" must be ${expected}; received ${typeof value}.`);
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' });
};

const outOfRange = (name: string, expected: string, value: number): Error => {
  const error = new RangeError(`"${name}" must be ${expected}; received ${value}.`);
  return Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
};

/** Converts the settings of Node.js to limits of a Windhover server. */
export const limitsOf = (
  settings: ServerSettings,
  { maxHeaderSize, highWaterMark }: NodeServerOptions,
): ServerLimitOptions => ({
  keepAliveTimeout: orNever(settings.keepAliveTimeout),
  requestHeadersTimeout: Math.min(orNever(settings.headersTimeout), orNever(settings.requestTimeout)),
  maxRequestsPerConnection: orNone(settings.maxRequestsPerSocket),
  maxConcurrentConnections: orNone(settings.maxConnections),
  maxRequestBodySize: null,
  ...(orNone(settings.maxHeadersCount) === null ? {} : { maxRequestHeaderCount: settings.maxHeadersCount! }),
  ...(highWaterMark === undefined ? {} : { maxResponseBufferSize: highWaterMark }),
  ...headLimits(maxHeaderSize),
});

/** One size in Node.js, where 0 is the default. */
const headLimits = (maxHeaderSize = 0): ServerLimitOptions =>
  maxHeaderSize === 0
    ? { maxRequestLineSize: nodeMaxHeaderSize }
    : { maxRequestLineSize: maxHeaderSize, maxRequestHeadersTotalSize: maxHeaderSize };

/**
 * Value of the field Keep-Alive of responses; empty for none.
 *
 * Source: Node.js `_http_outgoing.js`, `_storeHeader`
 */
export const keepAliveField = ({ keepAliveTimeout, maxRequestsPerSocket }: ServerSettings): string => {
  if (!(keepAliveTimeout > 0)) return '';
  const most = orNone(maxRequestsPerSocket);
  return `timeout=${Math.floor(keepAliveTimeout / 1000)}${most === null ? '' : `, max=${Math.trunc(most)}`}`;
};
