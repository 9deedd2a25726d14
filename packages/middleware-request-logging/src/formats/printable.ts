/** Characters other than printable ASCII, and `"` and `\`, which would end quoted text. */
const unsafe = /[^ !#-[\]-~]/g;

/** Escapes text for use between quotes: `\"`, `\\`, `\x0a`, `\u20ac`. Source: Apache httpd `mod_log_config` */
export const quotable = (text: string): string => text.replaceAll(unsafe, escapedUnit);

const escapedUnit = (unit: string): string => {
  if (unit === '"' || unit === '\\') return `\\${unit}`;
  const code = unit.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Escapes text for use between spaces, like `quotable`; `-` for none. */
export const wordOf = (text: string | undefined): string =>
  text === undefined || text === '' ? '-' : quotable(text).replaceAll(' ', '\\x20');
