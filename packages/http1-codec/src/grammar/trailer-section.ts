import { Http1Error } from './errors.ts';
import { lineOffsets } from './field-lines.ts';
import { latin1Text } from './latin1.ts';
import { FieldSection, isAllowedInTrailers } from '@windhover/http';

/**
 * Reads the trailer section from the field lines parsed last.
 *
 * @throws Http1Error `HTTP1_TRAILER_NOT_ALLOWED`
 */
export const readTrailers = (bytes: Uint8Array, firstLine: number, count: number): FieldSection => {
  const lines: [name: string, value: string][] = [];
  for (let at = firstLine * 4; at < count * 4; at += 4) {
    const name = latin1Text(bytes, lineOffsets[at]!, lineOffsets[at + 1]!);
    if (!isAllowedInTrailers(name.toLowerCase())) throw new Http1Error('HTTP1_TRAILER_NOT_ALLOWED');
    lines.push([name, latin1Text(bytes, lineOffsets[at + 2]!, lineOffsets[at + 3]!)]);
  }
  return FieldSection.ofReceived(lines);
};
