/** Anything can be thrown; loggers know errors. */
export const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(`thrown, and not an Error: ${String(error)}`);
