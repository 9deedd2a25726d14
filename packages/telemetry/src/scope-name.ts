/** Name of the instrumentation scope of every metric and span. */
export const scopeName = '@windhover/telemetry';
