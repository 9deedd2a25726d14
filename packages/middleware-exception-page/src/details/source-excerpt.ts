import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackFrame } from './stack-frames.ts';

/** Lines of a source file around the one that a frame is at. */
export interface SourceExcerpt {
  /** Number of the first line. */
  readonly start: number;
  readonly lines: readonly string[];
}

const linesBefore = 4;
const linesAfter = 3;
const maxFileSize = 1024 * 1024;
const maxLine = 400;

/** Nothing but source is ever shown, whatever a stack names. */
const sourceFile = /\.[cm]?[jt]sx?$/;

/** The lines around a frame; `undefined` where they cannot be had. */
export const sourceExcerpt = async ({ place, line }: StackFrame): Promise<SourceExcerpt | undefined> => {
  try {
    const path = place.startsWith('file://') ? fileURLToPath(place) : place;
    if (line === 0 || !isAbsolute(path) || !sourceFile.test(path)) return undefined;
    const { size } = await stat(path);
    if (size > maxFileSize) return undefined;
    const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
    if (line > lines.length) return undefined;
    const start = Math.max(1, line - linesBefore);
    return { start, lines: lines.slice(start - 1, line + linesAfter).map((text) => text.slice(0, maxLine)) };
  } catch {
    return undefined;
  }
};
