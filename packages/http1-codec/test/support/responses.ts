import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { Http1ResponseError, ResponseDecoder, ResponseEvent, type ResponseLimitOptions } from '../../src/index.ts';

export interface ResponseCase {
  /** Methods of the requests that are waiting; a `+` behind one says that it offers an upgrade. `GET` by default. */
  readonly requests?: readonly string[];
  readonly limits?: ResponseLimitOptions;
  /** Whether the server ends its side behind the bytes. */
  readonly ends?: boolean;
}

export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A decoder that expects the responses of a case. */
export const decoderFor = ({ requests = ['GET'], limits = {} }: ResponseCase = {}): ResponseDecoder => {
  const decoder = new ResponseDecoder(limits);
  for (const request of requests) decoder.expect(request.replace('+', ''), request.endsWith('+'));
  return decoder;
};

/**
 * What a decoder makes of pieces of bytes, one line for each event: `1xx 103 Early Hints`, `head 200 OK`,
 * `content …` (adjoining pieces as one), `trailer name: value`, `end`, `switched …`, `error CODE`.
 */
export const transcript = (pieces: readonly Uint8Array[], given: ResponseCase = {}): string[] => {
  const decoder = decoderFor(given);
  const lines: string[] = [];
  try {
    for (const piece of pieces) {
      // A copy: the decoder owns what it is given.
      decoder.push(Buffer.from(piece));
      if (readAll(decoder, lines)) return lines;
    }
    if (given.ends === true) decoder.end();
    readAll(decoder, lines);
  } catch (error) {
    if (!(error instanceof Http1ResponseError)) throw error;
    lines.push(`error ${error.code}`);
  }
  return lines;
};

/** @returns whether HTTP is over */
const readAll = (decoder: ResponseDecoder, lines: string[]): boolean => {
  for (;;) {
    switch (decoder.read()) {
      case ResponseEvent.needData:
        return false;
      case ResponseEvent.switched:
        lines.push(`switched ${Buffer.concat(decoder.takeRemaining()).toString('latin1')}`);
        return true;
      case ResponseEvent.informational:
        lines.push(`1xx ${decoder.head!.statusCode} ${decoder.head!.reasonPhrase}`);
        break;
      case ResponseEvent.head:
        lines.push(`head ${decoder.head!.statusCode} ${decoder.head!.reasonPhrase}`);
        break;
      case ResponseEvent.content:
        addContent(lines, Buffer.from(decoder.content!).toString('latin1'));
        break;
      case ResponseEvent.end:
        for (const [name, value] of decoder.trailers ?? []) lines.push(`trailer ${name}: ${value}`);
        lines.push('end');
    }
  }
};

const addContent = (lines: string[], text: string): void => {
  if (text.length === 0) throw new Error('a piece of content has at least one byte');
  if (lines.at(-1)?.startsWith('content ') === true) lines[lines.length - 1] += text;
  else lines.push(`content ${text}`);
};

/** Each way of cutting bytes up that a test should not depend on: whole, byte by byte, in two at every place. */
export function* everySplit(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes];
  yield Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
}

/** The transcript, which has to be the same however the bytes are cut. What HTTP is left for is not looked at then. */
export const decode = (text: string, given: ResponseCase = {}): string[] => {
  const bytes = latin1(text);
  const whole = transcript([bytes], given);
  const shown = (lines: string[]): string[] => lines.map((line) => line.replace(/^switched .*/s, 'switched'));
  const wanted = shown(whole);
  for (const pieces of everySplit(bytes)) {
    const lines = shown(transcript(pieces, given));
    // Comparing text first: `expect` takes longer than the decoder.
    if (lines.join('\n') !== wanted.join('\n')) expect(lines).toEqual(wanted);
  }
  return whole;
};
