/**
 * Paths that are never a file: segments that are empty, `..` or `.`, a backslash, a colon (drives and alternate data
 * streams of Windows), NUL, and escapes left in the request path: `%2F`, `%5C`, `%00`.
 */
const refused = /\/\/|(?:^|\/)\.\.?(?:\/|$)|[\\:\0]|%(?:2f|5c|00)/i;

const dotfile = /(?:^|\/)\./;

/**
 * Names that Windows maps to others: devices, short names, and names with a dot or space at their end. Superscript digits
 * count as digits, and spaces before an extension are ignored: `COM¹`, `nul .txt`.
 */
const windowsAlias =
  /(?:^|\/)(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:\.[^/]*)?(?:\/|$)|~\d|[. ](?:\/|$)/i;

/** Rules for the paths of files. */
export interface PathRules {
  readonly dotfiles: boolean;
  /** Whether the files are on Windows. */
  readonly windows: boolean;
}

/**
 * Whether a path may name a file or folder below a root. Applies the rules of the strictest system, because a path that
 * is harmless on one system may not be on another.
 *
 * @param path `request.path`: percent-decoded, begins with `/` or is empty
 */
export const isServablePath = (path: string, { dotfiles, windows }: PathRules): boolean =>
  (path === '' || path.startsWith('/')) &&
  !refused.test(path) &&
  (dotfiles || !dotfile.test(path)) &&
  !(windows && windowsAlias.test(path));
