import type { BindingAddress } from './binding-address.ts';
import type { AddressErrorCode } from './errors.ts';
import { candidateAddress, usualPort } from './candidate.ts';
import { readPathBase } from './path-base.ts';
import { guessPort } from './port.ts';
import { Refusal } from './refusal.ts';

/**
 * Bytes of a unix socket path, or of an abstract name: `sun_path` of Linux has 108, one of them the NUL. Other systems
 * allow fewer (macOS 103), and refuse longer paths themselves.
 */
const maxUnixPathBytes = 107;

/** Windows allows 256 characters, nine of them `\\.\pipe\`. */
const maxPipeNameLength = 247;

/** `unix` or `pipe`, followed by nothing, a colon or a slash; no other host continues like this. */
const marker = /^(unix|pipe)(?=$|[:/])/i;

/** The text from which a name is read. */
interface SocketText {
  readonly scheme: string;
  /** `unix` or `pipe`. */
  readonly marker: string;
  /** The text after `unix:` or `pipe:`. */
  readonly rest: string;
  /** Index of `rest` in the address. */
  readonly start: number;
}

/**
 * Reads the rest of an address as a unix socket or named pipe:
 *
 *     rest = "unix:" ( "/" / "@" ) path [ ":" [ base ] ]
 *          / "pipe:/" name [ ":" [ base ] ]
 *
 * @param start index of the rest, which follows `://`
 * @returns `undefined` if the rest is a host
 * @throws Refusal `ADDRESS_BLANK`, `ADDRESS_HOST_RESERVED` and those that begin with `ADDRESS_PATH_`, but for `ADDRESS_PATH_BASE`
 *
 * Source: Kestrel `BindingAddress.Parse`; the `@` for abstract sockets is the notation of `ss` and systemd.
 */
export const readSocketAddress = (text: string, scheme: string, start: number): BindingAddress | undefined => {
  const match = marker.exec(text.slice(start));
  if (match === null) return undefined;
  const name = match[1]!.toLowerCase();
  const colon = start + name.length;
  if (text[colon] !== ':') {
    throw new Refusal('ADDRESS_HOST_RESERVED', start, socketCandidate(scheme, name, text.slice(colon) || '/'));
  }
  const given = { scheme, marker: name, rest: text.slice(colon + 1), start: colon + 1 };
  checkBeginning(given);
  const end = nameEnd(given.rest);
  const pathBase = readSocketPathBase(given, end);
  const path = given.rest.slice(0, end);
  checkName(path, given);
  return name === 'pipe'
    ? { scheme, host: '', port: 0, pathBase, pipeName: path.slice(1) }
    : { scheme, host: '', port: 0, pathBase, unixPath: path.replace(/^@/, '\0') };
};

const socketCandidate = (scheme: string, name: string, path: string): string =>
  candidateAddress(scheme, `${name}:${path}`, undefined);

/** The name ends before the next colon. */
const nameEnd = (rest: string): number => {
  const colon = rest.indexOf(':');
  return colon === -1 ? rest.length : colon;
};

const checkBeginning = ({ scheme, marker, rest, start }: SocketText): void => {
  if (rest === '') throw new Refusal('ADDRESS_PATH_MISSING', start);
  if (rest.startsWith('/') || (rest.startsWith('@') && marker === 'unix')) return;
  // Kestrel reads unix:5000 as the host "unix" with a port, and listens on every interface.
  if (/^\d+(?:\/|$)/.test(rest)) {
    const port = guessPort(rest) ?? usualPort(scheme);
    throw new Refusal('ADDRESS_HOST_RESERVED', start - marker.length - 1, candidateAddress(scheme, 'localhost', port));
  }
  const rooted = rest.startsWith('.') ? undefined : socketCandidate(scheme, marker, `/${rest}`);
  throw new Refusal('ADDRESS_PATH_RELATIVE', start, rooted);
};

/** Reads the text after the colon that ends a name: empty or a path base. Kestrel reads any text there as a path base. */
const readSocketPathBase = ({ scheme, marker, rest, start }: SocketText, end: number): string => {
  const text = rest.slice(end + 1);
  if (text === '' || text.startsWith('/')) return readPathBase(text, start + end + 1);
  throw new Refusal('ADDRESS_PATH_COLON', start + end, socketCandidate(scheme, marker, rest.slice(0, end)));
};

const checkName = (path: string, { scheme, marker, start }: SocketText): void => {
  const refuse = (code: AddressErrorCode, at: number, candidate?: string): never => {
    throw new Refusal(code, start + at, candidate);
  };
  if (/^@?\/*$/.test(path)) refuse('ADDRESS_PATH_MISSING', path.length);
  const excess = marker === 'pipe' ? pipeNameExcess(path) : unixPathExcess(path);
  if (excess !== -1) refuse('ADDRESS_PATH_TOO_LONG', excess);
  const trimmed = path.trimEnd();
  if (trimmed !== path) refuse('ADDRESS_BLANK', trimmed.length, socketCandidate(scheme, marker, trimmed));
  if (path.endsWith('/')) {
    const candidate = socketCandidate(scheme, marker, withoutTrailingSlashes(path));
    refuse('ADDRESS_PATH_TRAILING_SLASH', path.length - 1, candidate);
  }
};

const withoutTrailingSlashes = (path: string): string => {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
};

/** Index of the first character above the limit, or -1. */
const pipeNameExcess = (path: string): number => (path.length - 1 > maxPipeNameLength ? maxPipeNameLength + 1 : -1);

/** Index of the first character above the limit, or -1. */
const unixPathExcess = (path: string): number => {
  // The @ of an abstract name becomes a NUL, which replaces the one at the end of a path.
  let bytes = path.startsWith('@') ? -1 : 0;
  let at = 0;
  for (const character of path) {
    bytes += utf8Length(character.codePointAt(0)!);
    if (bytes > maxUnixPathBytes) return at;
    at += character.length;
  }
  return -1;
};

/** RFC 3629, section 3. */
const utf8Length = (codePoint: number): number => {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x8_00) return 2;
  return codePoint < 0x1_00_00 ? 3 : 4;
};
