import { HttpError } from '../errors.ts';
import { FieldRole } from '../field-name.ts';
import type { FieldSection } from '../http-fields.ts';

/**
 * The Content-Length that an application has set for its response. A `Transfer-Encoding: chunked` is removed, because the
 * protocol frames the content, and adds the field if it is needed.
 *
 * @param roles of the fields
 * @param mayHaveLength false where Content-Length is not allowed, because the response has trailers
 * @returns `undefined` if none is set
 * @throws HttpError `HTTP_FIELD_NOT_ALLOWED`, `HTTP_FIELD_VALUE_INVALID`
 * Source: RFC 9110 section 8.6, RFC 9112 section 6.1
 */
export const readDeclaredLength = (fields: FieldSection, roles: number, mayHaveLength: boolean): number | undefined => {
  if ((roles & FieldRole.transferEncoding) !== 0) {
    if (fields.get('transfer-encoding')!.toLowerCase() !== 'chunked') {
      throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Transfer-Encoding other than chunked');
    }
    fields.delete('transfer-encoding');
  }
  // Several lines are joined by a comma, which is no digit.
  const declared = fields.get('content-length');
  if (declared === undefined) return undefined;
  if (!/^\d{1,15}$/.test(declared)) throw new HttpError('HTTP_FIELD_VALUE_INVALID', 'Content-Length');
  if (!mayHaveLength) throw new HttpError('HTTP_FIELD_NOT_ALLOWED', 'Content-Length beside trailers');
  return Number(declared);
};
