import { cpuTime } from '../test-support/cpu-time.ts';

/** Length of every text: the default limit of a head, so that quadratic work takes a second or more. */
export const repeatedSize = 32_000;

/** Milliseconds of processor time. Quadratic work on a text of `repeatedSize` takes longer. */
export const slow = 250;

/** Separators, quotes, escapes and other text that can make a parser of fields, lists, targets or addresses backtrack. */
const units = [
  [' ', '\t', ',', ' , ', ';', '=', '"', '\\', '\\"', '"a",', 'a', 'a ', 'a,', 'a=b;', 'a="b",', 'for=_;'],
  ['/', '/.', '/../', 'a/', '.', 'a.', '_', '%', '%41', '%41/', '%2f', '%c3', '&', 'a&'],
  [':', '1', '1.', '1:', '[', ']', '@', '*.', '\xff', 'websocket '],
].flat();

/** Characters around a run; empty for a run alone. */
const frames = [
  ['', ''],
  ['a', 'a'],
  ['"', ''],
] as const;

/** Runs that look like an address, with and without its end. */
const addressFrames = ['[', 'for="['].flatMap((beginning) => ['"', ']"'].map((end) => [beginning, end] as const));

const filled = (unit: string): string => unit.repeat(repeatedSize / unit.length);

/** Texts of `repeatedSize` characters, each with one unit that repeats. */
export const repeats: readonly string[] = [
  ...units.flatMap((unit) => frames.map(([beginning, end]) => `${beginning}${filled(unit)}${end}`)),
  ...[':', '1', '1.', '1:'].flatMap((unit) =>
    addressFrames.map(([beginning, end]) => `${beginning}${filled(unit)}${end}`),
  ),
];

/**
 * Finds the first text for which a call takes too much processor time, shortened; `undefined` if there is none. A call
 * with linear time takes a fiftieth of the limit.
 *
 * @param parse may throw: a refusal is a valid outcome
 * @param limit in milliseconds
 */
export const firstSlow = async (
  parse: (text: string) => unknown,
  texts: readonly string[] = repeats,
  limit = slow,
): Promise<string | undefined> => {
  for (const text of texts) {
    const start = cpuTime();
    try {
      await parse(text);
    } catch {
      // Refused.
    }
    if (cpuTime() - start >= limit) return `${text.slice(0, 40)}…${text.slice(-5)}`;
  }
  return undefined;
};
