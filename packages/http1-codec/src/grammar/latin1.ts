/**
 * Conversion between latin1 text and bytes, one byte per character. Node.js' Buffer does both natively and several
 * times faster. Without Buffer, as in browsers, it is done in JavaScript.
 */
const NativeBuffer = (globalThis as { Buffer?: typeof globalThis.Buffer }).Buffer;

/** The text of bytes `[start, end)`. */
export const latin1Text: (bytes: Uint8Array, start: number, end: number) => string =
  NativeBuffer === undefined
    ? (bytes, start, end) => {
        let text = '';
        for (let at = start; at < end; at += maxArguments) {
          text += String.fromCharCode(...bytes.subarray(at, Math.min(at + maxArguments, end)));
        }
        return text;
      }
    : (bytes, start, end) => (bytes as Buffer).toString('latin1', start, end);

/** Maximum number of arguments of a call. */
const maxArguments = 4096;

/** The bytes of a text without characters above U+00FF. */
export const latin1Bytes: (text: string) => Uint8Array =
  NativeBuffer === undefined
    ? (text) => Uint8Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
    : (text) => NativeBuffer.from(text, 'latin1');

/** The same memory as the class that `latin1Text` needs: a Buffer if available. */
export const asNativeBytes: (bytes: Uint8Array) => Uint8Array =
  NativeBuffer === undefined
    ? (bytes) => bytes
    : (bytes) =>
        bytes instanceof NativeBuffer ? bytes : NativeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Writes a text without characters above U+00FF to the start of memory that is large enough. */
export const writeLatin1: (bytes: Uint8Array, text: string) => void =
  NativeBuffer === undefined
    ? (bytes, text) => {
        for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
      }
    : (bytes, text) => void (bytes as Buffer).write(text, 'latin1');

/** New, uninitialized memory of that class. */
export const newBytes: (size: number) => Uint8Array =
  NativeBuffer === undefined ? (size) => new Uint8Array(size) : (size) => NativeBuffer.allocUnsafeSlow(size);
