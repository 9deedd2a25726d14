import { type Html, html } from './html.ts';
import { type SourceExcerpt, sourceExcerpt } from './source-excerpt.ts';
import type { StackFrame } from './stack-frames.ts';

/** Maximum number of frames of one error whose source is shown. */
const maxExcerpts = 5;

/** Renders the frames of an error. Frames of the application include their source; the first of them is expanded. */
export const stackList = async (frames: readonly StackFrame[]): Promise<Html> => {
  if (frames.length === 0) return html`<p>There is no stack.</p>`;
  const own = frames.filter(({ isOwn }) => isOwn);
  const excerpts = new Map<StackFrame, SourceExcerpt | undefined>();
  for (const frame of own.slice(0, maxExcerpts)) excerpts.set(frame, await sourceExcerpt(frame));
  const items = frames.map((frame) => {
    const excerpt = excerpts.get(frame);
    const shown = excerpt === undefined ? frameLine(frame) : frameWithSource(frame, excerpt, frame === own[0]);
    return html`<li>${shown}</li> `;
  });
  return html`<ol>
    ${items}
  </ol> `;
};

const frameLine = (frame: StackFrame): Html =>
  html`<div class="frame${frame.isOwn ? '' : ' other'}">${frameText(frame)}</div>`;

const frameText = ({ name, place, line, column }: StackFrame): readonly Html[] => [
  html`<code>${name === '' ? '(anonymous)' : name}</code><br />`,
  html`<code class="place">${line === 0 ? place : `${place}:${line}:${column}`}</code>`,
];

const frameWithSource = (frame: StackFrame, excerpt: SourceExcerpt, isOpen: boolean): Html =>
  html`<details ${isOpen ? 'open' : ''}>
    <summary class="frame">${frameText(frame)}</summary>
    <pre tabindex="0">${sourceLines(frame, excerpt)}</pre>
  </details>`;

/** Renders source lines. The line of the frame is marked by a character and by its colour. */
const sourceLines = ({ line }: StackFrame, { start, lines }: SourceExcerpt): Html[] => {
  const width = String(start + lines.length).length;
  return lines.map((text, index) => {
    const number = start + index;
    const numbered = `${String(number).padStart(width)}  ${text}`;
    return number === line ? html`<mark>${`> ${numbered}`}</mark>` : html`<span>${`  ${numbered}`}</span>`;
  });
};
