import { mimes } from 'mrmime';

/**
 * The media type of a file by its extension, text with `charset=utf-8`; `application/octet-stream` for unknown extensions.
 *
 * @param file name or path
 * @param own types by extension in lower case, which override the built-in ones
 */
export const contentTypeOf = (file: string, own: Readonly<Record<string, string>> = {}): string => {
  const extension = extensionOf(file);
  const type = ownValue(own, extension) ?? ownValue(mimes, extension) ?? 'application/octet-stream';
  return type.startsWith('text/') && !type.includes(';') ? `${type}; charset=utf-8` : type;
};

/** The extension in lower case without its dot; empty for a name without one. */
const extensionOf = (file: string): string => {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const dot = name.lastIndexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
};

/** Own members only, because the extension may be `constructor`. */
const ownValue = (types: Readonly<Record<string, string>>, extension: string): string | undefined =>
  Object.hasOwn(types, extension) ? types[extension] : undefined;
