import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';

/**
 * The two sides of a stream as web streams that end independently. With `Duplex.toWeb` of Node.js 22 the readable side
 * stays open until the writable side has ended too, so an echo would wait forever.
 */
export const webStreams = (
  duplex: Duplex,
): { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> } => ({
  readable: readableSide(duplex),
  writable: writableSide(duplex),
});

const readableSide = (duplex: Duplex): ReadableStream<Uint8Array> => {
  const chunks = duplex.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array, undefined>;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.length));
      },
      cancel: (reason) => void duplex.destroy(asError(reason)),
    },
    { highWaterMark: 0 },
  );
};

const writableSide = (duplex: Duplex): WritableStream<Uint8Array> => {
  const settle = (start: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => start((error) => (error ? reject(error) : resolve())));
  return new WritableStream<Uint8Array>({
    start(controller) {
      finished(duplex, { readable: false }).catch((error: unknown) => controller.error(error));
    },
    write: (chunk) => settle((done) => void duplex.write(chunk, done)),
    close: () => settle((done) => void duplex.end(done)),
    abort: (reason) => void duplex.destroy(asError(reason)),
  });
};

/** A stream that is destroyed without an error has merely closed: a reason is an error for it. */
const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new DOMException('the stream was cancelled', 'AbortError');
