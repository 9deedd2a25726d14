import { type FeatureKey, featureKey } from '@windhover/features';

/**
 * The distributed trace that a request belongs to. Telemetry sets it, so that log entries name the same trace as the span of
 * the request; absent where requests are not traced.
 *
 * Source: ASP.NET Core `IHttpActivityFeature`; W3C Trace Context, section 3.2.2.3
 */
export interface HttpTraceFeature {
  /** 32 hexadecimal digits in lower case, not all zero. */
  readonly traceId: string;
}

export const HttpTraceFeature: FeatureKey<HttpTraceFeature> = featureKey('http-trace');
