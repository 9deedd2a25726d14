import { readAuthority } from './authority.ts';
import type { BindingAddress } from './binding-address.ts';
import { readPathBase } from './path-base.ts';
import { Refusal } from './refusal.ts';
import { readScheme } from './scheme.ts';
import { readSocketAddress } from './socket-name.ts';

/**
 * Reads one address:
 *
 *     address = scheme "://" rest
 *     rest    = socket / host [ ":" port ] [ "/" base ]
 *
 * @throws Refusal any code but those of `bindingTarget`
 */
export const readBindingAddress = (text: string): BindingAddress => {
  checkText(text);
  const scheme = readScheme(text);
  const start = scheme.length + 3;
  return readSocketAddress(text, scheme, start) ?? readHostAddress(text, scheme, start);
};

/** Control characters and line ends are invalid in an address, and a lone surrogate has no UTF-8 bytes. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

const checkText = (text: string): void => {
  const trimmed = text.trim();
  if (trimmed === '') throw new Refusal('ADDRESS_EMPTY', 0, 'http://localhost:5000');
  if (trimmed.length < text.length) {
    throw new Refusal('ADDRESS_BLANK', text.startsWith(trimmed) ? trimmed.length : 0, trimmed);
  }
  const at = text.search(unprintable);
  if (at !== -1) throw new Refusal('ADDRESS_CONTROL_CHARACTER', at);
};

const readHostAddress = (text: string, scheme: string, start: number): BindingAddress => {
  const slash = text.indexOf('/', start);
  const end = slash === -1 ? text.length : slash;
  const authority = readAuthority(text.slice(start, end), scheme, start);
  return { scheme, ...authority, pathBase: readPathBase(text.slice(end), end) };
};
