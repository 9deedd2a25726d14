export { afterCallback, reportRejection } from './after-callback.ts';
export { callBack } from './call-back.ts';
export { ApplicationBuilder } from './application-builder.ts';
export { mediaType } from './content/content-charset.ts';
export { checkContentCoding } from './content/content-coding.ts';
export {
  BadHttpRequestError,
  HttpError,
  type HttpErrorCode,
  httpErrors,
  isBadRequest,
  isRequestAborted,
} from './errors.ts';
export { FieldSection, type FieldSectionGuard, type HttpFields, joinFieldValues } from './http-fields.ts';
export { hasListMember, listMembers, trimWhitespace } from './field-list.ts';
export { FieldRole, isToken } from './field-name.ts';
export type {
  HttpApplication,
  HttpEvents,
  HttpProtocol,
  HttpServices,
  Refusal,
  RefusalResponder,
  RefusedConnectionResponder,
  UpgradeCounter,
} from './http-application.ts';
export { handled } from './handled.ts';
export { isHost } from './exchange/host.ts';
export { isSameAuthority } from './exchange/same-authority.ts';
export { HttpContext } from './http-context.ts';
export type { SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from './content/standard-schema.ts';
export { type ContentOptions, type FormOptions, HttpRequest } from './http-request.ts';
export { HttpResponse, type ResponseBytes, type ResponseContent } from './http-response.ts';
export {
  type HttpLimitOptions,
  type HttpLimits,
  type MinDataRate,
  httpLimitDefaults,
  resolveHttpLimits,
} from './limits.ts';
export { type Http2LimitOptions, type Http2Limits, http2LimitDefaults, resolveHttp2Limits } from './http2-limits.ts';
export { type LimitRange, type LimitRanges, checkLimit, resolveLimits } from './limit-ranges.ts';
export { type PathBaseOptions, type ResolvedPathBaseOptions, pathBase, pathBaseDefaults } from './path-base.ts';
export { pipelineApplication } from './pipeline-application.ts';
export { checkHandler, checkMiddleware } from './pipeline-checks.ts';
export { type Middleware, type RequestDelegate, type RequestHandler, foldMiddleware } from './request-delegate.ts';
export { type HandlerResult, type ResponseLike } from './handler-result.ts';
export type { ErrorHandler } from './problem/send-error.ts';
export { type ErrorResponse, errorResponse } from './problem/error-response.ts';
export { HttpProblem, type HttpProblemOptions } from './problem/http-problem.ts';
export { type ShownType, preferredType } from './problem/preferred-type.ts';
export { type ProblemDetails, sendProblem, sendProblemOrText } from './problem/problem-details.ts';
export { type Rejection, sendRejection } from './problem/send-rejection.ts';
export { type HeaderLines, type ResponseHeadLike, responseLines, sentLines } from './response-fields.ts';
export { reasonPhrases } from './status-codes.ts';
export { type TargetParts, pathStart, targetParts } from './exchange/target-path.ts';
export { isAllowedInTrailers } from './exchange/trailer-names.ts';
export { addVary } from './vary.ts';
export {
  type OptionKind,
  type OptionRules,
  type WithDefaults,
  longestTimer,
  receivedText,
  resolveOptions,
  shownValue,
  withDefaults,
} from '@windhover/connections';

export { type ApplicationLifetime, ApplicationLifetimeFeature } from './features/application-lifetime.ts';
export { HttpBadRequestFeature } from './features/http-bad-request.ts';
export { HttpConnectionFeature } from './features/http-connection.ts';
export { HttpEventsFeature } from './features/http-events.ts';
export { HttpHalfCloseFeature } from './features/http-half-close.ts';
export { HttpExtendedConnectFeature } from './features/http-extended-connect.ts';
export { PendingWorkFeature } from './features/pending-work.ts';
export { HttpInformationalFeature } from './features/http-informational.ts';
export { HttpMaxRequestBodySizeFeature } from './features/http-max-request-body-size.ts';
export { HttpMinRequestBodyDataRateFeature, HttpMinResponseDataRateFeature } from './features/http-min-data-rates.ts';
export { HttpOutcomeFeature } from './features/http-outcome.ts';
export { HttpRequestBodyFeature } from './features/http-request-body.ts';
export { HttpRequestFeature } from './features/http-request.ts';
export { HttpRequestIdentifierFeature } from './features/http-request-identifier.ts';
export { HttpRequestLifetimeFeature } from './features/http-request-lifetime.ts';
export { HttpRequestTrailersFeature } from './features/http-request-trailers.ts';
export { HttpResetFeature } from './features/http-reset.ts';
export { HttpResponseBodyFeature } from './features/http-response-body.ts';
export { HttpResponseFeature, type OnStartingOptions } from './features/http-response.ts';
export { HttpResponseTrailersFeature } from './features/http-response-trailers.ts';
export { HttpTraceFeature } from './features/http-trace.ts';
export { HttpTakeOverFeature } from './features/http-take-over.ts';
export { HttpUpgradeFeature } from './features/http-upgrade.ts';
export { HttpWebSocketFeature } from './features/http-web-socket.ts';
export { type FeatureLogger, LoggerFeature } from './features/logger.ts';
export { ReadinessFeature } from './features/readiness.ts';
export { ServerAddressesFeature } from './features/server-addresses.ts';
