import { Buffer } from 'node:buffer';

/** One message as gRPC frames it: a byte that says whether it is compressed, its length, and the message. */
export const encodeMessage = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** The messages in the content of a request, as they come. */
export async function* messagesOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let received = Buffer.alloc(0);
  for await (const piece of content) {
    received = Buffer.concat([received, piece]);
    while (received.length >= 5 && received.length >= 5 + received.readUInt32BE(1)) {
      const end = 5 + received.readUInt32BE(1);
      yield received.subarray(5, end);
      received = received.subarray(end);
    }
  }
}
