import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';

const characters = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at)).join('');

const alphanumeric = characters(0x30, 0x39) + characters(0x41, 0x5a) + characters(0x61, 0x7a);
const visible = characters(0x21, 0x7e) + characters(0x80, 0xff);

const textOf = (units: string, size: fc.StringConstraints): fc.Arbitrary<string> =>
  fc.string({ ...size, unit: fc.constantFrom(...units.split('')) });

/** token (RFC 9110 5.6.2) */
export const token = textOf(`${alphanumeric}!#$%&'*+-.^_\`|~`, { minLength: 1, maxLength: 12 });

/** field-value (RFC 9110 5.5): blanks inside only. */
export const fieldValue = fc.oneof(
  fc.constant(''),
  fc
    .tuple(
      textOf(visible, { minLength: 1, maxLength: 2 }),
      textOf(`${visible}\t `, { maxLength: 20 }),
      textOf(visible, { minLength: 1, maxLength: 2 }),
    )
    .map((parts) => parts.join('')),
);

/** Names that have no meaning for framing, routing or trailers. */
export const fieldName = token.map((name) => `x${name}`);
export const fieldLines = fc.array(fc.tuple(fieldName, fieldValue), { maxLength: 6 });

/** Origin form with whatever a target may hold. */
export const originForm = textOf(characters(0x21, 0x7e).replace('#', ''), { maxLength: 30 }).map((rest) => `/${rest}`);

export const bytes = fc.uint8Array({ maxLength: 60 });

/** Where to cut: any number of places, as shares of the length. */
export const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

/** @returns the bytes in pieces, none of them empty */
export const cutAt = (whole: Uint8Array, shares: readonly number[]): Uint8Array[] => {
  const places = [...shares.map((share) => Math.floor(share * whole.length)), whole.length].toSorted((a, b) => a - b);
  return places
    .map((place, at) => Buffer.from(whole.subarray(at === 0 ? 0 : places[at - 1], place)))
    .filter((piece) => piece.length > 0);
};
