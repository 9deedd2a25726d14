/** The bytes `start` to `end` of a file, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const oneRange = /^bytes=[\t ]*(\d*)-(\d*)[\t ]*$/i;

/**
 * The range of a Range field. `undefined` if the whole file is sent: for several ranges, other units, malformed values,
 * and every range of an empty file. `unsatisfiable` if the range begins after the end of the file.
 *
 * Source: RFC 9110 sections 14.1.2 and 14.2
 */
export const byteRange = (value: string, size: number): ByteRange | 'unsatisfiable' | undefined => {
  const [, first, last] = oneRange.exec(value) ?? [];
  if (first === undefined || last === undefined || size === 0) return undefined;
  if (first === '') return suffixRange(last, size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < size ? { start, end } : 'unsatisfiable';
};

const suffixRange = (length: string, size: number): ByteRange | 'unsatisfiable' | undefined => {
  if (length === '') return undefined;
  const bytes = Number(length);
  return bytes === 0 ? 'unsatisfiable' : { start: Math.max(0, size - bytes), end: size - 1 };
};
