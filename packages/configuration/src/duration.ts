const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Parses a duration to milliseconds: `500ms`, `30s`, `1.5 m`, `2h`, `1d`, `infinite`. A number alone is in
 * milliseconds.
 *
 * @returns `undefined` for any other text
 */
export const parseDuration = (text: string): number | undefined => {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === 'infinite' || trimmed === 'infinity') return Infinity;
  const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(trimmed) ?? [];
  return digits === undefined ? undefined : Number(digits) * milliseconds[unit]!;
};
