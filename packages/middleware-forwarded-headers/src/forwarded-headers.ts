import {
  type HttpContext,
  HttpConnectionFeature,
  type HttpFields,
  type Middleware,
  reportRejection,
} from '@windhover/http';
import { applyForwardedValues } from './forwarded-values.ts';
import { ForwardedField, type ForwardedFields, XForwardedFields } from './forwarded-fields.ts';
import { ForwardedHeadersFeature } from './forwarded-headers-feature.ts';
import {
  type ForwardedHeadersOptions,
  type IgnoredReason,
  type ResolvedForwardedHeadersOptions,
  resolveForwardedHeadersOptions,
} from './options.ts';
import { ProxyChain } from './proxy-chain.ts';

/**
 * Request middleware for a server behind proxies: replaces the endpoint, scheme, host and path base of the request by the
 * values that trusted proxies forward. A request is changed at most once.
 *
 * @throws ForwardedHeadersError for invalid options
 *
 * Source: ASP.NET Core `ForwardedHeadersMiddleware`; RFC 7239
 */
export const forwardedHeaders = (given?: ForwardedHeadersOptions): Middleware => {
  const options = resolveForwardedHeadersOptions(given);
  const onIgnored = (context: HttpContext, reason: IgnoredReason): void =>
    reportRejection(context, options.onIgnored(context, reason));
  const chain = new ProxyChain(options, onIgnored);

  /** Looks for the fields first, because most requests without a proxy have none. */
  const useForwarded = (context: HttpContext): void => {
    const fields = fieldsOf(context.request.headers, options);
    if (fields === undefined) return;
    const { features } = context;
    if (features.get(ForwardedHeadersFeature) !== undefined) return;
    const remote = features.get(HttpConnectionFeature)?.remoteEndpoint;
    if (remote === undefined || !chain.isTrusted(remote)) {
      onIgnored(context, 'untrusted');
      return;
    }
    const values = chain.follow(context, remote, fields);
    if (values !== undefined) applyForwardedValues(context, values, fields);
  };

  return (context, next) => {
    useForwarded(context);
    return next(context);
  };
};

/**
 * The two formats are never mixed: a proxy sets the fields of one, so the fields of the other come from the client.
 */
const fieldsOf = (
  headers: HttpFields,
  { format, headers: names }: ResolvedForwardedHeadersOptions,
): ForwardedFields | undefined =>
  format === 'forwarded' ? ForwardedField.of(headers) : XForwardedFields.of(headers, names);
