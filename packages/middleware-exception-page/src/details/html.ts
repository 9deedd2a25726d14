import { visibleText } from './visible-text.ts';

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** A template whose values are escaped, unless they are HTML; lists are joined, and `undefined` is nothing. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.reduce((text, part, index) => text + markup(values[index - 1]) + part));

const markup = (value: HtmlValue): string => {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return visibleText(String(value)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
};
