interface Latin1Slicer {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
}

/**
 * `Buffer`'s method of Node.js, which also accepts plain byte arrays. Browsers have no `Buffer`, and their `latin1`
 * decoder is windows-1252.
 */
const { latin1Slice } = ((globalThis as { Buffer?: { prototype: Latin1Slicer } }).Buffer?.prototype ??
  {}) as Partial<Latin1Slicer>;

/** Number of arguments that a call may have in every engine. */
const stride = 4096;

const slice = (bytes: Uint8Array, start: number, end: number): string => {
  let text = '';
  for (let at = start; at < end; at += stride) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + stride, end)));
  }
  return text;
};

/** Bytes `[start, end)` as text with one character per byte. */
export const latin1: (bytes: Uint8Array, start: number, end: number) => string =
  latin1Slice === undefined ? slice : (bytes, start, end) => latin1Slice.call(bytes, start, end);
