/** Style of a piece of text. */
export type Tone = 'faint' | 'red' | 'yellow' | undefined;

/** Applies a style to text, for a terminal. */
export type Paint = (tone: Tone, text: string) => string;

export const plainPaint: Paint = (_tone, text) => text;

/** ECMA-48 8.3.117, SGR. */
const codes = { faint: [2, 22], red: [31, 39], yellow: [33, 39] } as const;

export const colourPaint: Paint = (tone, text) => {
  if (tone === undefined) return text;
  const [on, off] = codes[tone];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};

/**
 * Whether to use colours: `FORCE_COLOR` decides first, then `NO_COLOR`, then the terminal's capabilities.
 *
 * Source: https://no-color.org, and how Node.js reads `FORCE_COLOR`
 */
export const usesColour = (isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean => {
  const { FORCE_COLOR, NO_COLOR, TERM } = environment;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return isTerminal && TERM !== 'dumb';
};
