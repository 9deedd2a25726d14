import { printable } from './quoted.ts';

/** The source of a value. */
export type ValueSource =
  /** The default of the schema, if no layer sets the value. */
  | { readonly kind: 'default' }
  /** A value set in code. */
  | { readonly kind: 'code'; readonly name: string }
  /** @property path as it was given; @property line and column count from 1, the column in UTF-16 code units */
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly column: number }
  /** A file that could not be read. @property path as it was given */
  | { readonly kind: 'unread'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string }
  /** @property argument as it was typed, without its value: `--urls` */
  | { readonly kind: 'argument'; readonly argument: string };

/** `windhover.json:3:11`, `environment variable WINDHOVER_URLS`, `argument --urls`, `default`, or the name given in code. */
export const describeSource = (source: ValueSource): string => {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'code':
      return printable(source.name);
    case 'file':
      return `${printable(source.path)}:${source.line}:${source.column}`;
    case 'unread':
      return printable(source.path);
    case 'environment':
      return `environment variable ${printable(source.variable)}`;
    default:
      return `argument ${printable(source.argument)}`;
  }
};
