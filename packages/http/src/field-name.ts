import { HttpError } from './errors.ts';

/**
 * A checked field name in one spelling. The same spelling gives the same object while the cache has room, so a response
 * that sets the same few fields costs one lookup per field.
 */
export interface FieldName {
  /** The spelling that is sent. */
  readonly text: string;
  /** The name in lower case: the same for all spellings. */
  readonly key: string;
  /** The role of the field in the framing of a message: a bit of `FieldRole`, or 0. */
  readonly role: number;
  /** The value last checked for this name. */
  lastValue: string | undefined;
  /** Whether `lastValue` was set twice in a row. */
  isRepeated: boolean;
  /** The field line with `lastValue`, created when a repeated value is first sent. */
  lastLine: string | undefined;
}

/** Fields that matter to a protocol when it sends a message. Bits, so that a section can keep their union. */
export const FieldRole = {
  contentLength: 1,
  transferEncoding: 2,
  connection: 4,
  date: 8,
  server: 16,
} as const;

const roles: Readonly<Record<string, number>> = {
  'content-length': FieldRole.contentLength,
  'transfer-encoding': FieldRole.transferEncoding,
  connection: FieldRole.connection,
  date: FieldRole.date,
  server: FieldRole.server,
};

/** Whether a text is a token: 1*tchar. Source: RFC 9110 section 5.6.2 */
export const isToken = (text: string): boolean => token.test(text);

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** field-value: visible characters and obs-text, inside also SP and HTAB (RFC 9110 5.5). */
const fieldValue = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;

/** Applications use a few dozen names; more than this are generated names, which are not cached. */
const cacheSize = 1024;
const cache = new Map<string, FieldName>();
const longestCachedValue = 256;

/**
 * Checks a field name.
 *
 * @throws HttpError `HTTP_FIELD_NAME_INVALID`
 */
export const fieldName = (text: string): FieldName => cache.get(text) ?? checkName(text);

/** A name that a decoder has checked; not cached. */
export const receivedName = (text: string): FieldName => {
  const key = text.toLowerCase();
  const role = Object.hasOwn(roles, key) ? roles[key]! : 0;
  return { text, key, role, lastValue: undefined, isRepeated: false, lastLine: undefined };
};

/** The name in lower case; cached for names in use. */
export const fieldKey = (text: string): string => cache.get(text)?.key ?? text.toLowerCase();

const checkName = (text: string): FieldName => {
  if (!isToken(text)) throw new HttpError('HTTP_FIELD_NAME_INVALID', JSON.stringify(text));
  const name = receivedName(text);
  if (cache.size < cacheSize && text.length <= 64) cache.set(text, name);
  return name;
};

/**
 * Checks a value, and stores it with the name.
 *
 * @throws HttpError `HTTP_FIELD_VALUE_INVALID`
 */
export const checkFieldValue = (name: FieldName, value: string): void => {
  if (value === name.lastValue) {
    name.isRepeated = true;
    return;
  }
  if (!fieldValue.test(value)) throw new HttpError('HTTP_FIELD_VALUE_INVALID', name.text);
  if (value.length > longestCachedValue) return;
  name.lastValue = value;
  name.isRepeated = false;
  name.lastLine = undefined;
};

/** `name: value` with CRLF, for a pair that has been checked. */
export const fieldLine = (name: FieldName, value: string): string => {
  if (!name.isRepeated || value !== name.lastValue) return `${name.text}: ${value}\r\n`;
  return (name.lastLine ??= flat(`${name.text}: ${value}\r\n`));
};

/** V8 keeps a concatenation as a tree; text that is sent often is cheaper as one run of bytes. */
const flat = (text: string): string =>
  // Browsers have no `Buffer`, and send no responses.
  typeof Buffer === 'undefined' ? text : Buffer.from(text, 'latin1').toString('latin1');
