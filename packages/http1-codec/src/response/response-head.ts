import { FieldSection } from '@windhover/http';
import { lineOffsets } from '../grammar/field-lines.ts';
import { latin1Text } from '../grammar/latin1.ts';
import type { StatusLine } from './status-line.ts';

/** The head of one response. */
export interface ResponseHead {
  /** 0 or 1: the version is HTTP/1.0 or HTTP/1.1. */
  readonly minorVersion: 0 | 1;
  /** 100 to 999; treat an unknown class as 5xx (RFC 9110 15). */
  readonly statusCode: number;
  /** As received, as latin1 text; may be empty. Do not rely on it (RFC 9112 4). */
  readonly reasonPhrase: string;
  /** Names as received, in order; values as latin1 text. */
  readonly headers: FieldSection;
}

/** Makes the head from a status line and the field lines parsed last. */
export const readResponseHead = (line: StatusLine, bytes: Uint8Array, count: number): ResponseHead => {
  const lines: [name: string, value: string][] = [];
  for (let at = 0; at < count * 4; at += 4) {
    const name = latin1Text(bytes, lineOffsets[at]!, lineOffsets[at + 1]!);
    lines.push([name, latin1Text(bytes, lineOffsets[at + 2]!, lineOffsets[at + 3]!)]);
  }
  const { minorVersion, statusCode, reasonPhrase } = line;
  return { minorVersion, statusCode, reasonPhrase, headers: FieldSection.ofReceived(lines) };
};
