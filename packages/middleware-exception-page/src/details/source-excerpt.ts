import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StackFrame } from './stack-frames.ts';

/** The lines of a source file around the line of a frame. */
export interface SourceExcerpt {
  /** Number of the first line. */
  readonly start: number;
  readonly lines: readonly string[];
}

const linesBefore = 4;
const linesAfter = 3;
const maxFileSize = 1024 * 1024;
const maxLine = 400;

/** Only source files are shown, regardless of the path in a stack. */
const sourceFile = /\.[cm]?[jt]sx?$/;

/** Reads the lines around a frame; `undefined` if there is no readable source file. */
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
