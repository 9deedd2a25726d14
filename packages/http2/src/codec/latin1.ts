interface Latin1Slicer {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
}

/** Node's own, which also takes plain byte arrays; a browser has none, and its `latin1` is windows-1252. */
const { latin1Slice } = ((globalThis as { Buffer?: { prototype: Latin1Slicer } }).Buffer?.prototype ??
  {}) as Partial<Latin1Slicer>;

/** As many as a call may have arguments everywhere. */
const stride = 4096;

const slice = (bytes: Uint8Array, start: number, end: number): string => {
  let text = '';
  for (let at = start; at < end; at += stride) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + stride, end)));
  }
  return text;
};

/** Bytes `[start, end)` as text with one character a byte. */
export const latin1: (bytes: Uint8Array, start: number, end: number) => string =
  latin1Slice === undefined ? slice : (bytes, start, end) => latin1Slice.call(bytes, start, end);
