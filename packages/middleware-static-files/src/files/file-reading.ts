import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { HttpResponse } from '@windhover/http';
import type { ByteRange } from '../negotiation/byte-range.ts';

/**
 * Bytes read from disk at once. Large pieces need fewer calls; small pieces less memory, because each downloading
 * client holds up to two pieces, however slow it is.
 */
const largePiece = 256 * 1024;
const smallPiece = 64 * 1024;

/** Number of concurrent downloads from which pieces are small. */
const manyDownloads = 32;

let downloads = 0;

/**
 * Reads the first bytes of a file.
 *
 * @param size size of the file when it was opened
 * @throws Error for a file that has become shorter
 */
export const readWhole = async (handle: FileHandle, size: number): Promise<Uint8Array> => {
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size;) at += await readPiece(handle, bytes.subarray(at), at);
  return bytes;
};

/**
 * Writes a range of a file to a response, as fast as the client reads. Rejects with HttpError `HTTP_REQUEST_ABORTED`
 * when the client disconnects, and for a file that becomes shorter meanwhile.
 */
export const writeRange = async (response: HttpResponse, handle: FileHandle, range: ByteRange): Promise<void> => {
  downloads++;
  try {
    for (let at = range.start; at <= range.end;) {
      const size = Math.min(downloads > manyDownloads ? smallPiece : largePiece, range.end + 1 - at);
      const piece = Buffer.allocUnsafeSlow(size);
      const length = await readPiece(handle, piece, at);
      at += length;
      const written = response.write(length === size ? piece : piece.subarray(0, length));
      if (written !== undefined) await written;
    }
  } finally {
    downloads--;
  }
};

const readPiece = async (handle: FileHandle, into: Buffer, position: number): Promise<number> => {
  const { bytesRead } = await handle.read(into, 0, into.length, position);
  if (bytesRead === 0) throw new Error('the file became shorter while it was being read');
  return bytesRead;
};
