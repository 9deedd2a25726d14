import { TrustedSources } from '@windhover/addresses';
import type { Endpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import { readAllowedHosts } from './allowed-hosts.ts';
import type { ForwardedValues } from './forwarded-values.ts';
import { ForwardedHeadersError } from './errors.ts';
import type { ForwardedFields } from './forwarded-fields.ts';
import { readForwardedFor, readNode } from './forwarded-node.ts';
import type { ForwardedName, IgnoredReason, ResolvedForwardedHeadersOptions } from './options.ts';

type Part = Exclude<ForwardedName, 'for'>;

/** Parses the value of a name; returns `undefined` for an invalid value. */
type ReadPart = (text: string) => string | undefined;

/**
 * Follows the chain of proxies from the nearest one, as long as each proxy is trusted. Each trusted proxy names the one
 * before it.
 *
 * Source: ASP.NET Core `ForwardedHeadersMiddleware.ApplyForwarders`
 */
export class ProxyChain {
  readonly #trusted: TrustedSources;
  readonly #options: ResolvedForwardedHeadersOptions;
  readonly #onIgnored: (context: HttpContext, reason: IgnoredReason) => void;
  readonly #usesFor: boolean;
  readonly #parts: readonly Part[];
  readonly #readFor: (text: string) => Endpoint | undefined;
  readonly #read: Readonly<Record<Part, ReadPart>>;

  /**
   * @param onIgnored called when values are ignored
   * @throws ForwardedHeadersError `FORWARDED_HEADERS_PROXY_INVALID`, `FORWARDED_HEADERS_HOST_INVALID`
   */
  constructor(
    options: ResolvedForwardedHeadersOptions,
    onIgnored: (context: HttpContext, reason: IgnoredReason) => void,
  ) {
    this.#trusted = new TrustedSources(options.trustedProxies, notAProxy);
    this.#options = options;
    this.#onIgnored = onIgnored;
    this.#usesFor = options.headers.includes('for');
    this.#parts = options.headers.filter((name) => name !== 'for');
    this.#readFor = options.format === 'forwarded' ? readNode : readForwardedFor;
    this.#read = { proto: readScheme, host: readAllowedHosts(options.allowedHosts), prefix: readPrefix };
  }

  isTrusted(endpoint: Endpoint | undefined): boolean {
    return this.#trusted.trusts(endpoint);
  }

  /** @returns the values to use; `undefined` if there are none */
  follow(context: HttpContext, remote: Endpoint, fields: ForwardedFields): ForwardedValues | undefined {
    const { forwardLimit, headers, requireHeaderSymmetry } = this.#options;
    const values: ForwardedValues = {};
    let parts = this.#parts;
    let proxy: Endpoint | undefined = remote;
    for (let hop = 0; hop < forwardLimit && !fields.isEmpty && this.isTrusted(proxy); hop++) {
      if (!fields.isWellFormed) {
        this.#onIgnored(context, 'syntax');
        break;
      }
      if (requireHeaderSymmetry && !fields.isSymmetric(headers)) {
        this.#onIgnored(context, 'asymmetric');
        return undefined;
      }
      const sender: string | undefined = this.#usesFor ? fields.value('for') : undefined;
      proxy = sender === undefined ? undefined : this.#readFor(sender);
      if (proxy !== undefined) {
        values.for = proxy;
      } else if (sender !== undefined) {
        this.#onIgnored(context, 'for');
        break;
      }
      parts = this.#useParts(context, parts, fields, values);
      fields.takeLast();
    }
    return Object.keys(values).length === 0 ? undefined : values;
  }

  /** @returns the names for which earlier entries may be read: none to the left of an invalid entry */
  #useParts(
    context: HttpContext,
    parts: readonly Part[],
    fields: ForwardedFields,
    values: ForwardedValues,
  ): readonly Part[] {
    let usable = parts;
    for (const name of parts) {
      const text = fields.value(name);
      if (text === undefined) continue;
      const value = this.#read[name](text);
      if (value === undefined) {
        this.#onIgnored(context, name);
        usable = usable.filter((other) => other !== name);
      } else {
        values[name] = value;
      }
    }
    return usable;
  }
}

const notAProxy = (source: string): ForwardedHeadersError =>
  new ForwardedHeadersError('FORWARDED_HEADERS_PROXY_INVALID', source);

/** Traefik sends `ws` and `wss` for WebSockets; the schemes of their requests are `http` and `https`. */
const schemes = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['ws', 'http'],
  ['wss', 'https'],
]);

const readScheme: ReadPart = (text) => schemes.get(text.toLowerCase());

/** Segments of characters that need no escape (RFC 3986 3.3). None is empty, because `//host` would be another host. */
const segments = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~!$&'()*+;=:@-]+)+$/;

/** The path prefix that a proxy has removed. */
const readPrefix: ReadPart = (text) => (segments.test(text) ? text : undefined);
