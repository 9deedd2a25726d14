/** One line of a stack. */
export interface StackFrame {
  /** The line as the engine wrote it, without the blanks in front. */
  readonly text: string;
  /** Name of the function; empty where it has none. */
  readonly name: string;
  /** A path, a `file:` URL, a `node:` name, or what else the engine says. */
  readonly place: string;
  /** From 1; 0 where it is not known. */
  readonly line: number;
  readonly column: number;
  /** Whether it is of the application: neither of Node nor in `node_modules`. */
  readonly isOwn: boolean;
}

/** Frames and characters of a line that are looked at. */
const maxFrames = 100;
const maxLine = 2000;

/**
 * The frames of an error.
 *
 * @param message of the error. The stack repeats it, and a peer may have had a say in it: lines of it are no frames.
 */
export const stackFrames = (stack: string, message: string): StackFrame[] => {
  const lines = stack.slice(headerEnd(stack, message)).split('\n', maxFrames + 1);
  return lines.map(frameOf).filter((frame) => frame !== undefined);
};

/** Where the frames begin: behind the first line, and behind the message that begins in it. */
const headerEnd = (stack: string, message: string): number => {
  const firstEnd = stack.indexOf('\n');
  if (firstEnd === -1) return stack.length;
  const at = message === '' ? -1 : stack.indexOf(message);
  return at === -1 || at > firstEnd ? firstEnd : Math.max(firstEnd, at + message.length);
};

/** `at name (place:line:column)`, or the same without name and brackets. */
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
