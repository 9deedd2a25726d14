import { type HttpFields, trimWhitespace } from '@windhover/http';
import { parseHttpDate } from './http-date.ts';

/** The parts of a file that conditions are compared with. */
export interface Validators {
  /** Entity tag with its quotes, and with `W/` while the file may change without a new tag. */
  readonly etag: string;
  /** Time of the last change in milliseconds. */
  readonly modified: number;
}

/** `serve`: send the file. `notModified`: 304. `failed`: 412. */
export type Verdict = 'serve' | 'notModified' | 'failed';

/**
 * Evaluates the conditions of a GET or HEAD request, in the order of RFC 9110.
 *
 * Source: RFC 9110 sections 13.1 and 13.2.2
 */
export const evaluateConditions = (headers: HttpFields, validators: Validators): Verdict => {
  if (hasFailed(headers, validators)) return 'failed';
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined) return matchesWeakly(ifNoneMatch, validators.etag) ? 'notModified' : 'serve';
  const since = dateOf(headers, 'if-modified-since');
  return since !== undefined && wholeSeconds(validators.modified) <= since ? 'notModified' : 'serve';
};

const hasFailed = (headers: HttpFields, { etag, modified }: Validators): boolean => {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== undefined) return !matchesStrongly(ifMatch, etag);
  const since = dateOf(headers, 'if-unmodified-since');
  return since !== undefined && wholeSeconds(modified) > since;
};

/**
 * Whether a Range field applies: there is no If-Range field, or it matches this file by a strong entity tag or by its
 * modification date. A date is strong only if it is old enough when the response is made.
 *
 * @param now in milliseconds
 * Source: RFC 9110 sections 13.1.5 and 8.8.2.2
 */
export const isRangeCurrent = (headers: HttpFields, { etag, modified }: Validators, now: number): boolean => {
  const ifRange = headers.get('if-range');
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return ifRange === etag;
  return parseHttpDate(ifRange) === wholeSeconds(modified) && now - modified >= 1000;
};

/** HTTP dates have no fractions of a second. */
const wholeSeconds = (time: number): number => Math.floor(time / 1000) * 1000;

const dateOf = (headers: HttpFields, name: string): number | undefined => {
  const value = headers.get(name);
  return value === undefined ? undefined : parseHttpDate(value);
};

const matchesStrongly = (list: string, etag: string): boolean =>
  isAny(list) || (!etag.startsWith('W/') && entityTags(list).includes(etag));

const matchesWeakly = (list: string, etag: string): boolean =>
  isAny(list) || entityTags(list).some((tag) => opaqueTag(tag) === opaqueTag(etag));

const isAny = (list: string): boolean => trimWhitespace(list) === '*';

const opaqueTag = (tag: string): string => (tag.startsWith('W/') ? tag.slice(2) : tag);

/** The entity tags of a list. An opaque tag may contain commas. */
const entityTags = (list: string): string[] => {
  const tags: string[] = [];
  let open = list.indexOf('"');
  while (open !== -1) {
    const close = list.indexOf('"', open + 1);
    if (close === -1) break;
    tags.push(list.slice(list.startsWith('W/', open - 2) ? open - 2 : open, close + 1));
    open = list.indexOf('"', close + 1);
  }
  return tags;
};
