import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import type { HttpResponse } from '@windhover/http';
import type { ByteRange } from '../negotiation/byte-range.ts';

/** Bytes that are read from disk at once. Two such pieces are in memory for each client that downloads a large file. */
const pieceSize = 128 * 1024;

/**
 * Reads the first bytes of a file.
 *
 * @param size of the file when it was opened
 * @throws Error for a file that has become shorter
 */
export const readWhole = async (handle: FileHandle, size: number): Promise<Uint8Array> => {
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size;) at += await readPiece(handle, bytes.subarray(at), at);
  return bytes;
};

/**
 * Writes a range of a file to a response, as fast as the client takes it. Rejects with HttpError `HTTP_REQUEST_ABORTED` when
 * the client leaves, and for a file that becomes shorter meanwhile.
 */
export const writeRange = async (response: HttpResponse, handle: FileHandle, range: ByteRange): Promise<void> => {
  for (let at = range.start; at <= range.end;) {
    const piece = Buffer.allocUnsafeSlow(Math.min(pieceSize, range.end + 1 - at));
    const length = await readPiece(handle, piece, at);
    at += length;
    const written = response.write(length === piece.length ? piece : piece.subarray(0, length));
    if (written !== undefined) await written;
  }
};

const readPiece = async (handle: FileHandle, into: Buffer, position: number): Promise<number> => {
  const { bytesRead } = await handle.read(into, 0, into.length, position);
  if (bytesRead === 0) throw new Error('the file has become shorter while it was read');
  return bytesRead;
};
