import { type HttpContext, HttpConnectionFeature, type HttpFields, type Middleware } from '@windhover/http';
import { applyBelieved } from './believed.ts';
import { ForwardedField, type ForwardedFields, XForwardedFields } from './forwarded-fields.ts';
import { ForwardedHeadersFeature } from './forwarded-headers-feature.ts';
import { type ForwardedHeadersOptions, resolveForwardedHeadersOptions } from './options.ts';
import { ProxyChain } from './proxy-chain.ts';

/**
 * Request middleware for a server behind proxies: puts the client's endpoint, scheme, host and path base in the place
 * of the proxy's, as far as trusted proxies tell them. A request is changed once, however often it comes by.
 *
 * @throws ForwardedHeadersError for options that cannot be meant
 *
 * Source: ASP.NET Core `ForwardedHeadersMiddleware`; RFC 7239
 */
export const forwardedHeaders = (given?: Partial<ForwardedHeadersOptions>): Middleware => {
  const options = resolveForwardedHeadersOptions(given);
  const chain = new ProxyChain(options);

  /** Looks at the fields first: most that do not come by a proxy have none, and cost no more than this look. */
  const useForwarded = (context: HttpContext): void => {
    const fields = fieldsOf(context.request.headers, options);
    if (fields === undefined) return;
    const { features } = context;
    if (features.get(ForwardedHeadersFeature) !== undefined) return;
    const remote = features.get(HttpConnectionFeature)?.remoteEndpoint;
    if (remote === undefined || !chain.isTrusted(remote)) {
      options.onIgnored(context, 'untrusted');
      return;
    }
    const believed = chain.follow(context, remote, fields);
    if (believed !== undefined) applyBelieved(context, believed, fields);
  };

  return (context, next) => {
    useForwarded(context);
    return next(context);
  };
};

/** The two standards are never mixed: a proxy sets one, and what stands in the fields of the other is a client's word. */
const fieldsOf = (
  headers: HttpFields,
  { standard, headers: names }: ForwardedHeadersOptions,
): ForwardedFields | undefined =>
  standard === 'forwarded' ? ForwardedField.of(headers) : XForwardedFields.of(headers, names);
