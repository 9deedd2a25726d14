/** The code of an error, or the name of its class if it has no code. */
export const errorName = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : error.name;
