import type { HttpRequestBodyFeature } from '@windhover/http';

/**
 * The content of a request as a pulling byte stream: the client holds back content that is not read. Cancelling drops
 * the content, not the connection.
 */
export const bodyStream = (body: HttpRequestBodyFeature): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let isCancelled = false;
  return new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        const piece = await body.read();
        if (isCancelled) return;
        if (piece !== undefined) {
          // The stream detaches the memory of a chunk, so it gets its own bytes.
          controller.enqueue(new Uint8Array(piece));
          return;
        }
        controller.close();
        // A reader with its own buffer is still waiting.
        controller.byobRequest?.respond(0);
      },
      cancel() {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
};
