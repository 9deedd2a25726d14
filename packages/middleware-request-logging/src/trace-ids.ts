/** Version, trace id, parent id, flags; later versions may have more. */
const traceparent = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:$|-)/;

/**
 * The ids of a `traceparent` field; `undefined` without a valid one.
 *
 * Source: W3C Trace Context, section 3.2
 */
export const traceIds = (
  value: string | undefined,
): { readonly traceId: string; readonly parentSpanId: string } | undefined => {
  const [, traceId, parentSpanId] = (value === undefined ? undefined : traceparent.exec(value)) ?? [];
  return traceId === undefined || parentSpanId === undefined ? undefined : { traceId, parentSpanId };
};
