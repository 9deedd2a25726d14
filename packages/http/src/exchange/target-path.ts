import { Buffer } from 'node:buffer';
/** Path and query of a request target. */
export interface TargetParts {
  /** Percent-decoded once, dot segments removed; empty for `*` and the authority form. */
  readonly path: string;
  /** With its `?`; empty where there is none. */
  readonly queryString: string;
}

/**
 * Splits a target that has been checked.
 *
 * Source: RFC 3986 section 5.2.4; Kestrel decodes first and removes dot segments then, and so do we: `/a/%2e%2e/b`
 * is `/b` for both.
 */
export const targetParts = (target: string): TargetParts => {
  const start = pathStart(target);
  if (start === -1) return { path: '', queryString: '' };
  const question = target.indexOf('?', start);
  const end = question === -1 ? target.length : question;
  const rawPath = start === end ? '/' : target.slice(start, end);
  return { path: decodedPath(rawPath), queryString: question === -1 ? '' : target.slice(question) };
};

/** Where the path begins: at once in origin form, behind the authority in absolute form, -1 in the other two. */
const pathStart = (target: string): number => {
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

/** A run of escapes, so that the bytes of one character are seen together. `%2F` stays: a slash in a segment. */
const escapes = /(?:%(?!2[fF])[0-9a-fA-F]{2})+/g;

const percentDecoded = (path: string): string =>
  path.replace(escapes, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    // NUL ends names in so much native code that it is never decoded; what is not UTF-8 stays as it was sent.
    return bytes.includes(0) || !isUtf8(bytes) ? run : bytes.toString('utf8');
  });

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
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
