import { visibleText } from './visible-text.ts';

/** Text that is already HTML. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** A template tag that escapes values unless they are `Html`. Lists are joined, and `undefined` is empty. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.reduce((text, part, index) => text + markup(values[index - 1]) + part));

const markup = (value: HtmlValue): string => {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return visibleText(String(value)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
};
