/** Path and query of a request target. */
export interface TargetParts {
  /** Percent-decoded once, without dot segments. Empty for `*` and for the authority form. */
  readonly path: string;
  /** Includes its `?`. Empty when the target has no query. */
  readonly queryString: string;
}

/**
 * Splits a request target that the decoder has accepted.
 *
 * Source: RFC 3986 section 5.2.4. Like Kestrel, this decodes first and then removes dot segments: `/a/%2e%2e/b` is `/b`.
 */
export const targetParts = (target: string): TargetParts => {
  const start = pathStart(target);
  if (start === -1) return { path: '', queryString: '' };
  const question = target.indexOf('?', start);
  const end = question === -1 ? target.length : question;
  const rawPath = start === end ? '/' : target.slice(start, end);
  return { path: decodedPath(rawPath), queryString: question === -1 ? '' : target.slice(question) };
};

/** Offset of the path: 0 in origin form, after the authority in absolute form, -1 in the other two forms. */
export const pathStart = (target: string): number => {
  if (target.charCodeAt(0) === 0x2f) return 0;
  const authority = target.indexOf('://');
  if (authority === -1) return -1;
  const end = target.slice(authority + 3).search(/[/?]/);
  return end === -1 ? target.length : authority + 3 + end;
};

const decodedPath = (path: string): string => {
  const decoded = path.includes('%') ? percentDecoded(path) : path;
  return decoded.includes('/.') ? withoutDotSegments(decoded) : decoded;
};

/** Decodes each run of escapes as a whole, because one character may span several escapes. One pass over the path. */
const percentDecoded = (path: string): string => {
  let decoded = '';
  let copied = 0;
  let at = path.indexOf('%');
  while (at !== -1) {
    const end = endOfEscapes(path, at);
    const characters = decodedEscapes(path, at, end);
    if (characters !== undefined) {
      decoded += path.slice(copied, at) + characters;
      copied = end;
    }
    at = path.indexOf('%', Math.max(end, at + 1));
  }
  return decoded + path.slice(copied);
};

const endOfEscapes = (path: string, start: number): number => {
  let end = start;
  while (escapedByte(path, end) !== -1) end += 3;
  return end;
};

/**
 * Decodes the escapes in `[start, end)`. Returns `undefined` for a run that stays encoded: with NUL, which ends names
 * in native code, or with invalid UTF-8.
 */
const decodedEscapes = (path: string, start: number, end: number): string | undefined => {
  let ascii = '';
  for (let at = start; at < end; at += 3) {
    const byte = escapedByte(path, at);
    if (byte === 0 || byte > 0x7f) return decodedUtf8(path, start, end);
    ascii += String.fromCharCode(byte);
  }
  return ascii === '' ? undefined : ascii;
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

const decodedUtf8 = (path: string, start: number, end: number): string | undefined => {
  const bytes = new Uint8Array((end - start) / 3);
  for (let at = start; at < end; at += 3) bytes[(at - start) / 3] = escapedByte(path, at);
  if (bytes.includes(0)) return undefined;
  const text = utf8.decode(bytes);
  // U+FFFD may replace malformed bytes or be itself in the path. A decoder that throws would cost more than the rest of
  // the path.
  return text.includes('\ufffd') && !isSame(encoder.encode(text), bytes) ? undefined : text;
};

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

/**
 * The byte of the escape at an offset; -1 if there is no escape, and for `%2F`: a slash inside a segment stays encoded.
 */
const escapedByte = (path: string, at: number): number => {
  if (path.charCodeAt(at) !== 0x25) return -1;
  const byte = hexDigit(path.charCodeAt(at + 1)) * 16 + hexDigit(path.charCodeAt(at + 2));
  return byte >= 0 && byte !== 0x2f ? byte : -1;
};

/** The value of a hexadecimal digit; NaN for every other character and after the end of the path. */
const hexDigit = (character: number): number => {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const letter = character | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
};

const withoutDotSegments = (path: string): string => {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') {
      if (kept.length > 1) kept.pop();
      if (last) kept.push('');
    } else if (segment !== '.') {
      kept.push(segment);
    } else if (last) {
      kept.push('');
    }
  }
  return kept.join('/');
};
