import { Refusal } from './refusal.ts';

/** RFC 3986, section 3.1: `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`. */
const schemeBeginning = /^[A-Za-z][A-Za-z\d+.-]*/;

/**
 * Reads the scheme at the beginning of a text. The rest begins three characters after it.
 *
 * @throws Refusal `ADDRESS_SCHEME_MISSING`, `ADDRESS_SCHEME_INVALID`
 */
export const readScheme = (text: string): string => {
  const end = text.indexOf('://');
  if (end <= 0) throw new Refusal('ADDRESS_SCHEME_MISSING', 0, withScheme(text));
  const scheme = text.slice(0, end);
  const valid = schemeBeginning.exec(scheme)?.[0].length ?? 0;
  if (valid < end) throw new Refusal('ADDRESS_SCHEME_INVALID', valid, withScheme(text));
  // http://http://host would otherwise be the host "http" without a port.
  if (/^https?:\/\//i.test(text.slice(end + 3))) {
    throw new Refusal('ADDRESS_SCHEME_INVALID', end + 3, text.slice(end + 3));
  }
  return scheme;
};

/**
 * Replaces a wrong scheme with `http://`. A bare port gets localhost, and a bare path `unix:`. Text that is the
 * beginning of a scheme, e.g. `htt`, is not used as a host name: a host name would listen on every interface.
 */
const withScheme = (text: string): string => {
  if (text !== '' && 'https://'.startsWith(text.toLowerCase())) return 'http://localhost:5000';
  if (/^\d+$/.test(text)) return `http://localhost:${text}`;
  if (/^\/(?!\/)/.test(text)) return `http://unix:${text}`;
  const [beginning = '', secure = ''] = /^(?:http(s?)\s*(?::\/{0,2}|\/\/))?[:/\s]*/i.exec(text) ?? [];
  return `http${secure.toLowerCase()}://${text.slice(beginning.length)}`;
};
