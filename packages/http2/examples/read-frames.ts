import { Buffer } from 'node:buffer';
import { FrameEvent, FrameReader, HpackDecoder, Http2Error } from '@windhover/http2/codec';

const hpack = new HpackDecoder({ maxListSize: 32_768, maxCount: 100, maxFieldSize: 32_768 });

/** Prints the requests in the bytes of a client, for every way to split them. */
const print = (...received: string[]): void => {
  const reader = new FrameReader();
  for (const bytes of received) {
    reader.push(Buffer.from(bytes, 'latin1'));
    for (let event = reader.read(); event !== FrameEvent.needData; event = reader.read()) {
      if (event !== FrameEvent.headers) continue;
      const fields = hpack.decode(reader.bytes, reader.start, reader.end);
      console.log(reader.streamId, fields.map(({ name, value }) => `${name}=${value}`).join(' '));
    }
  }
};

const opening = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';
print(opening, '\0\0\x06\x01\x05\0\0', '\0\x01\x82\x84\x86\x41\x01a', '\0\0\x01\x01\x05\0\0\0\x03\xbe');
try {
  print(opening, '\0\0\x08\x06\0\0\0\0\x01');
} catch (error) {
  if (error instanceof Http2Error) console.log(error.code, error.isConnectionError);
}
// 1 :method=GET :path=/ :scheme=http :authority=a
// 3 :authority=a
// HTTP2_STREAM_ID_NOT_ALLOWED true
