/**
 * A value as one token: text is quoted, so that it may contain spaces; values that JSON cannot represent as `String`
 * shows them.
 */
export const valueText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // `String` would throw for an object without a prototype.
    return typeof value === 'object' ? Object.prototype.toString.call(value) : `${value as bigint}`;
  }
};
