// Fuzzes the HTTP/1.1 request decoder, from the built packages.
//
//   node tools/fuzz/http1.mjs --seconds 60 --seed 1
//   node tools/fuzz/http1.mjs --replay '{"limits":{},"text":"GET / HTTP/1.1\r\n","places":[3]}'
//
// It checks that the result does not depend on how the bytes arrive, that nothing but a refusal is thrown, that a
// refused message stays refused, that reading ends, and that limits hold. On a failure it prints the seed and the
// argument for `--replay`, and exits with 1.
import { parseArgs } from 'node:util';
import { resolveHttpLimits } from '../../packages/http/dist/index.js';
import { Http1Error, RequestDecoder, RequestEvent } from '../../packages/http1-codec/dist/index.js';
import { checkInput, fuzzDecoder } from './decoder-fuzzer.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    inputs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    replay: { type: 'string' },
  },
});

const subject = {
  createDecoder: (limits) => new RequestDecoder(resolveHttpLimits(limits)),
  events: RequestEvent,
  isRefusal: (error) => error instanceof Http1Error,
};

if (values.replay === undefined) {
  const seed = Number(values.seed);
  const { runs, failure } = fuzzDecoder(subject, {
    seed,
    seconds: Number(values.seconds),
    inputs: Number(values.inputs),
  });
  console.log(`seed ${seed}: ${runs} inputs, ${failure === undefined ? 'nothing wrong' : failure.what}`);
  if (failure !== undefined) {
    const { limits, text, places } = failure;
    console.log(`--replay '${JSON.stringify({ limits, text, places }).replaceAll("'", '\\u0027')}'`);
    process.exitCode = 1;
  }
} else {
  const { limits, text, places } = JSON.parse(values.replay);
  const what = checkInput(subject, limits, text, places);
  console.log(what ?? 'nothing wrong');
  process.exitCode = what === undefined ? 0 : 1;
}
