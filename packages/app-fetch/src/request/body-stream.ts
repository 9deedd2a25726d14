import type { HttpRequestBodyFeature } from '@windhover/http';

/**
 * The content of a request as a byte stream that pulls: nothing is read before the reader asks, so content that is not
 * read stays with the client. A reader that cancels gives up the content, not the connection; the server drops the rest.
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
          // The stream takes the memory of a chunk away from its owner: give it bytes that nothing else looks at.
          controller.enqueue(new Uint8Array(piece));
          return;
        }
        controller.close();
        // A reader with a buffer of its own still waits for it.
        controller.byobRequest?.respond(0);
      },
      cancel() {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
};
