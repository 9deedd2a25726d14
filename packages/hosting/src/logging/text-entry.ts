import { errorCauses } from './error-causes.ts';
import { escapedText } from './escaped-text.ts';
import { type Paint, type Tone, plainPaint } from './terminal-colour.ts';
import { valueText } from './value-text.ts';

const toneOf: Readonly<Record<string, Tone>> = { debug: 'faint', warn: 'yellow', error: 'red' };

/**
 * Formats one entry for people. An `info` entry of the host or without a category is only its message. Other entries
 * begin with the level, the category and, in brackets, the event id. Details follow as `name=value`, unless the message
 * contains them; errors are indented lines. All text is escaped, so that one entry never looks like two.
 */
export const textEntry = (level: string, details: object, message: string, paint: Paint = plainPaint): string => {
  const { category, eventId, ...others } = details as { category?: string; eventId?: number };
  let facts = '';
  let below = '';
  for (const [name, value] of Object.entries(others)) {
    if (value instanceof Error) below += errorLines(value);
    else if (value !== undefined && !isSaid(value, message)) facts += ` ${escapedText(`${name}=${valueText(value)}`)}`;
  }
  const isPlain = level === 'info' && (category === undefined || category === 'windhover.host');
  const head = isPlain ? '' : `${paint(toneOf[level], level)}${sourceText(category, eventId)}: `;
  return `${head}${escapedText(message)}${facts && paint('faint', facts)}${below}`;
};

const isSaid = (value: unknown, message: string): boolean =>
  typeof value === 'string' && value !== '' && message.includes(value);

const sourceText = (category: string | undefined, eventId: number | undefined): string => {
  if (category === undefined) return '';
  return escapedText(eventId === undefined ? ` ${category}` : ` ${category}[${eventId}]`);
};

const errorLines = (error: Error): string => {
  const causes = errorCauses(error).map((cause) => `\n    caused by${linesOf(cause)}`);
  return linesOf(error) + causes.join('');
};

const linesOf = (error: Error): string =>
  (error.stack ?? `${error.name}: ${error.message}`)
    .split('\n')
    .map((line) => `\n    ${escapedText(line)}`)
    .join('');
