// Fuzzes the frame reader and the HPACK decoder of HTTP/2, from the built packages.
//
//   node tools/fuzz/http2.mjs --seconds 60 --seed 1
//   node tools/fuzz/http2.mjs --replay '{"limits":{"reader":{},"list":{…}},"hex":"5052…","places":[3]}'
//
// On a failure it prints the seed and the argument for `--replay`, and exits with 1.
import { parseArgs } from 'node:util';
import { FrameEvent, FrameReader, HpackDecoder, Http2Error } from '../../packages/http2/dist/index.js';
import { checkFrames, fuzzHttp2 } from './http2-fuzzer.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    inputs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    replay: { type: 'string' },
  },
});

const subject = {
  createReader: (limits) => new FrameReader(limits),
  createDecoder: (limits) => new HpackDecoder(limits),
  events: FrameEvent,
  isRefusal: (error) => error instanceof Http2Error,
};

if (values.replay === undefined) {
  const [seed, seconds, inputs] = [values.seed, values.seconds, values.inputs].map(Number);
  const { runs, failure } = fuzzHttp2(subject, { seed, seconds, inputs });
  console.log(`seed ${seed}: ${runs} inputs, ${failure === undefined ? 'nothing wrong' : failure.what}`);
  if (failure !== undefined) {
    const { limits, hex, places } = failure;
    console.log(`--replay '${JSON.stringify({ limits, hex, places })}'`);
    process.exitCode = 1;
  }
} else {
  const { limits, hex, places } = JSON.parse(values.replay);
  const what = checkFrames(subject, limits, Buffer.from(hex, 'hex'), places);
  console.log(what ?? 'nothing wrong');
  process.exitCode = what === undefined ? 0 : 1;
}
