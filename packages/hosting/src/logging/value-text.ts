/** A value in one piece: text in quotes, so that blanks in it end nothing; what JSON cannot show as it prints. */
export const valueText = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};
