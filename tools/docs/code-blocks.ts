import { readText } from '../graph/workspace-packages.ts';

/** A fenced code block of a Markdown file. */
export interface CodeBlock {
  readonly file: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The fenced blocks of a Markdown file, in order. */
export const codeBlocks = (file: string): CodeBlock[] => {
  const text = readText(file);
  return [...text.matchAll(/^(`{3,})(\w*)[^\n]*\n([^]*?)^\1$/gm)].map(({ index, 2: language, 3: code }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    language: language!,
    code: code!,
  }));
};
