import {
  FrameEvent,
  FrameReader,
  HpackDecoder,
  HpackEncoder,
  OutputBuffer,
  beginHeaders,
  connectionPreface,
  endHeaders,
  writeSettings,
  writeTextData,
} from '@windhover/http2/codec';

const out = new OutputBuffer(new Uint8Array(1024));
out.copy(new TextEncoder().encode(connectionPreface));
writeSettings(out, []);
const encoder = new HpackEncoder();
const at = beginHeaders(out);
encoder.begin(out);
encoder.field(out, ':path', '/caf\xe9');
encoder.field(out, 'x-a', 'long enough for Huffman');
endHeaders(out, at, 1, false, 16_384);
writeTextData(out, 1, 'h\xe9llo', true);

const reader = new FrameReader();
const hpack = new HpackDecoder({ maxListSize: 4096, maxCount: 10, maxFieldSize: 4096 });
const seen: string[] = [];
reader.push(out.bytes.slice(0, out.length));
for (let event = reader.read(); event !== FrameEvent.needData; event = reader.read()) {
  const { bytes, start, end } = reader;
  if (event === FrameEvent.settings) seen.push('settings');
  if (event === FrameEvent.headers) {
    seen.push(...hpack.decode(bytes, start, end).map(({ name, value }) => `${name}=${value}`));
  }
  if (event === FrameEvent.data) seen.push(String.fromCharCode(...bytes.subarray(start, end)));
}

export const result: string = seen.join();
export const expected = 'settings,:path=/caf\xe9,x-a=long enough for Huffman,h\xe9llo';
