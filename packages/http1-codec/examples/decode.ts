import { Buffer } from 'node:buffer';
import { Http1Error, RequestDecoder, RequestEvent } from '@windhover/http1-codec';

/** Prints the requests in the bytes of a client, however they are cut. */
const print = (...received: string[]): void => {
  const decoder = new RequestDecoder();
  for (const bytes of received) {
    decoder.push(Buffer.from(bytes, 'latin1'));
    for (let event = decoder.read(); event !== RequestEvent.needData; event = decoder.read()) {
      if (event === RequestEvent.head) console.log(decoder.head!.method, decoder.head!.target);
      if (event === RequestEvent.content) console.log(Buffer.from(decoder.content!).toString());
      if (event === RequestEvent.end) console.log('complete');
    }
  }
};

print('POST /notes HTTP/1.1\r\nHost: a.exam', 'ple\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel', 'lo\r\n0\r\n\r\n');
try {
  print('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n');
} catch (error) {
  if (error instanceof Http1Error) console.log(error.code, error.status);
}
// POST /notes
// hel
// lo
// complete
// HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING 400
