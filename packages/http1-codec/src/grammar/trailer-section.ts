import { Http1Error } from './errors.ts';
import { lineOffsets } from './field-lines.ts';
import { FieldSection } from '@windhover/http';

/**
 * Fields that a trailer section must not hold, since they frame, route, authenticate or change the message after it
 * has been acted upon: message framing, routing, request modifiers, authentication, response control data, and what
 * says how to process the content.
 *
 * Source: RFC 9110 section 6.5.1, with the list of RFC 7230 section 4.1.2
 */
const forbidden: ReadonlySet<string> = new Set([
  'age',
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'expect',
  'expires',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'location',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'retry-after',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'www-authenticate',
]);

/** Whether a field of that name may stand in a trailer section. @param name in lower case */
export const isAllowedInTrailers = (name: string): boolean => !forbidden.has(name);

/**
 * The trailer section, from the field lines parsed last.
 *
 * @throws Http1Error `HTTP1_TRAILER_NOT_ALLOWED`
 */
export const readTrailers = (bytes: Buffer, firstLine: number, count: number): FieldSection => {
  const lines: [name: string, value: string][] = [];
  for (let at = firstLine * 4; at < count * 4; at += 4) {
    const name = bytes.toString('latin1', lineOffsets[at], lineOffsets[at + 1]);
    if (!isAllowedInTrailers(name.toLowerCase())) throw new Http1Error('HTTP1_TRAILER_NOT_ALLOWED');
    lines.push([name, bytes.toString('latin1', lineOffsets[at + 2], lineOffsets[at + 3])]);
  }
  return FieldSection.ofReceived(lines);
};
