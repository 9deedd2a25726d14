import { HttpResponseBodyFeature, type Middleware } from '@windhover/http';
import { isAvailable } from './coding/encoder.ts';
import { CompressedBody } from './compressed-body.ts';
import { type CompressionOptions, resolveCompressionOptions } from './options.ts';

/**
 * Request middleware that compresses responses with a coding that the client accepts. Add it before the middleware and
 * handlers whose responses it compresses.
 *
 * @throws CompressionError `COMPRESSION_OPTION_INVALID`
 * Source: ASP.NET Core `ResponseCompressionMiddleware`; RFC 9110 sections 8.4 and 12.5.3
 */
export const compression = (given: CompressionOptions = {}): Middleware => {
  const resolved = resolveCompressionOptions(given);
  const options = { ...resolved, codings: resolved.codings.filter(isAvailable) };
  return (context, next) => {
    if (context.request.scheme === 'https' && !options.enableForHttps) return next(context);
    context.features.set(HttpResponseBodyFeature, new CompressedBody(context, options));
    return next(context);
  };
};
