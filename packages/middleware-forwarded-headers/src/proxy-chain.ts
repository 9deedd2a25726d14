import { TrustedSources } from '@windhover/addresses';
import type { Endpoint } from '@windhover/connections';
import type { HttpContext } from '@windhover/http';
import { readAllowedHosts } from './allowed-hosts.ts';
import type { Believed } from './believed.ts';
import { ForwardedHeadersError } from './errors.ts';
import type { ForwardedFields } from './forwarded-fields.ts';
import { readForwardedFor, readNode } from './forwarded-node.ts';
import type { ForwardedHeadersOptions, ForwardedName } from './options.ts';
import { readPrefix } from './prefix.ts';
import { readScheme } from './scheme.ts';

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
  readonly #options: ForwardedHeadersOptions;
  readonly #usesFor: boolean;
  readonly #parts: readonly Part[];
  readonly #readFor: (text: string) => Endpoint | undefined;
  readonly #read: Readonly<Record<Part, ReadPart>>;

  /** @throws ForwardedHeadersError `FORWARDED_HEADERS_PROXY_INVALID`, `FORWARDED_HEADERS_HOST_INVALID` */
  constructor(options: ForwardedHeadersOptions) {
    this.#trusted = new TrustedSources(options.trustedProxies, notAProxy);
    this.#options = options;
    this.#usesFor = options.headers.includes('for');
    this.#parts = options.headers.filter((name) => name !== 'for');
    this.#readFor = options.standard === 'forwarded' ? readNode : readForwardedFor;
    this.#read = { proto: readScheme, host: readAllowedHosts(options.allowedHosts), prefix: readPrefix };
  }

  isTrusted(endpoint: Endpoint | undefined): boolean {
    return this.#trusted.trusts(endpoint);
  }

  /** @returns the values to use; `undefined` if there are none */
  follow(context: HttpContext, remote: Endpoint, fields: ForwardedFields): Believed | undefined {
    const { forwardLimit, headers, requireHeaderSymmetry, onIgnored } = this.#options;
    const believed: Believed = {};
    let parts = this.#parts;
    let proxy: Endpoint | undefined = remote;
    for (let hop = 0; hop < forwardLimit && !fields.isEmpty && this.isTrusted(proxy); hop++) {
      if (!fields.isWellFormed) {
        onIgnored(context, 'syntax');
        break;
      }
      if (requireHeaderSymmetry && !fields.isSymmetric(headers)) {
        onIgnored(context, 'asymmetric');
        return undefined;
      }
      const sender: string | undefined = this.#usesFor ? fields.said('for') : undefined;
      proxy = sender === undefined ? undefined : this.#readFor(sender);
      if (proxy !== undefined) {
        believed.for = proxy;
      } else if (sender !== undefined) {
        onIgnored(context, 'for');
        break;
      }
      parts = this.#useParts(context, parts, fields, believed);
      fields.takeLast();
    }
    return Object.keys(believed).length === 0 ? undefined : believed;
  }

  /** @returns the names for which earlier entries may be read: none to the left of an invalid entry */
  #useParts(
    context: HttpContext,
    parts: readonly Part[],
    fields: ForwardedFields,
    believed: Believed,
  ): readonly Part[] {
    let usable = parts;
    for (const name of parts) {
      const said = fields.said(name);
      if (said === undefined) continue;
      const value = this.#read[name](said);
      if (value === undefined) {
        this.#options.onIgnored(context, name);
        usable = usable.filter((other) => other !== name);
      } else {
        believed[name] = value;
      }
    }
    return usable;
  }
}

const notAProxy = (source: string): ForwardedHeadersError =>
  new ForwardedHeadersError('FORWARDED_HEADERS_PROXY_INVALID', source);
