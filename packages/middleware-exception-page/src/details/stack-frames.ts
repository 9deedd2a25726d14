/** One line of a stack. */
export interface StackFrame {
  /** The line as written by the engine, without leading whitespace. */
  readonly text: string;
  /** Name of the function; empty if it has none. */
  readonly name: string;
  /** A path, a `file:` URL, a `node:` name, or other text from the engine. */
  readonly place: string;
  /** From 1; 0 if unknown. */
  readonly line: number;
  readonly column: number;
  /** Whether the frame belongs to the application: not to Node.js, and not in `node_modules`. */
  readonly isOwn: boolean;
}

/** Maximum number of frames, and of characters of a line. */
const maxFrames = 100;
const maxLine = 2000;

/**
 * Parses the frames of an error.
 *
 * @param message message of the error. The stack repeats it, and it may contain text from a peer, so its lines are not
 *   frames
 */
export const stackFrames = (stack: string, message: string): StackFrame[] => {
  const lines = stack.slice(headerEnd(stack, message)).split('\n', maxFrames + 1);
  return lines.map(frameOf).filter((frame) => frame !== undefined);
};

/** The index of the first frame: after the first line, and after the message that begins in it. */
const headerEnd = (stack: string, message: string): number => {
  const firstEnd = stack.indexOf('\n');
  if (firstEnd === -1) return stack.length;
  const at = message === '' ? -1 : stack.indexOf(message);
  return at === -1 || at > firstEnd ? firstEnd : Math.max(firstEnd, at + message.length);
};

/** `at name (place:line:column)`, or the same without name and parentheses. */
const frameOf = (line: string): StackFrame | undefined => {
  const text = line.trim();
  if (!text.startsWith('at ') || text.length > maxLine) return undefined;
  const open = text.endsWith(')') ? text.indexOf(' (') : -1;
  const name = open === -1 ? '' : text.slice('at '.length, open);
  const where = open === -1 ? text.slice('at '.length).replace(/^async /, '') : text.slice(open + 2, -1);
  const position = /:(\d+):(\d+)$/.exec(where);
  const place = position === null ? where : where.slice(0, position.index);
  const isOwn = position !== null && !place.startsWith('node:') && !/[/\\]node_modules[/\\]/.test(place);
  return { text, name, place, line: Number(position?.[1] ?? 0), column: Number(position?.[2] ?? 0), isOwn };
};
