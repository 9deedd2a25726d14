// Fuzzes a part of the server, from the sources. It prints the seed; after a violation also the argument for `--replay`,
// and exits with 1.
//
//   node --import ./tools/test-support/sources.mjs tools/fuzz/main.ts proxy --seconds 60 --seed 1
//   node --import ./tools/test-support/sources.mjs tools/fuzz/main.ts proxy --replay '{"text":"PROXY ","places":[3]}'
import { parseArgs } from 'node:util';
import { cookiesFuzzer } from './cookies-fuzzer.ts';
import { type Fuzzer, checkInput, fuzzInputs } from './fuzzer.ts';
import { multipartFuzzer } from './multipart-fuzzer.ts';
import { proxyFuzzer } from './proxy-fuzzer.ts';
import { webSocketFuzzer } from './web-socket-fuzzer.ts';

const fuzzers: Readonly<Record<string, () => Fuzzer<never>>> = {
  cookies: cookiesFuzzer as () => Fuzzer<never>,
  multipart: multipartFuzzer as () => Fuzzer<never>,
  proxy: proxyFuzzer as () => Fuzzer<never>,
  websockets: webSocketFuzzer as () => Fuzzer<never>,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '10' },
    inputs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    replay: { type: 'string' },
  },
});

const create = Object.hasOwn(fuzzers, positionals[0] ?? '') ? fuzzers[positionals[0]!] : undefined;
if (create === undefined) {
  console.error(`name one of: ${Object.keys(fuzzers).join(', ')}; received ${JSON.stringify(positionals[0])}`);
  process.exitCode = 2;
} else if (values.replay === undefined) {
  const [seed, seconds, inputs] = [Number(values.seed), Number(values.seconds), Number(values.inputs)];
  const { runs, failure } = await fuzzInputs(create(), { seed, seconds, inputs });
  console.log(`seed ${seed}: ${runs} inputs, ${failure?.what ?? 'nothing wrong'}`);
  if (failure !== undefined) {
    console.log(`--replay '${JSON.stringify(failure.input).replaceAll("'", '\\u0027')}'`);
    process.exitCode = 1;
  }
} else {
  const what = await checkInput(create(), JSON.parse(values.replay) as never);
  console.log(what ?? 'nothing wrong');
  process.exitCode = what === undefined ? 0 : 1;
}
