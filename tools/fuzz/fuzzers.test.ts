import { Buffer } from 'node:buffer';
import { cookies, cookiesOf } from '@windhover/middleware-cookies';
import { ProxyHeaderParser } from '@windhover/proxy-protocol';
import { describe, expect, it } from 'vitest';
import { testSeed } from '../test-support/test-seed.ts';
import { cookiesFuzzer } from './cookies-fuzzer.ts';
import { type Fuzzer, checkInput, fuzzInputs } from './fuzzer.ts';
import { multipartFuzzer } from './multipart-fuzzer.ts';
import { proxyFuzzer } from './proxy-fuzzer.ts';
import { receiveFrames, webSocketFuzzer } from './web-socket-fuzzer.ts';

describe('no violation', () => {
  it.each<[name: string, fuzzer: Fuzzer<never>, inputs: number]>([
    ['cookies', cookiesFuzzer() as Fuzzer<never>, 300],
    ['multipart', multipartFuzzer() as Fuzzer<never>, 100],
    ['proxy', proxyFuzzer() as Fuzzer<never>, 1500],
    ['websockets', webSocketFuzzer() as Fuzzer<never>, 300],
  ])('%s', async (_name, fuzzer, inputs) => {
    expect((await fuzzInputs(fuzzer, { seed: testSeed, inputs })).failure).toBeUndefined();
  });
});

class LineFeedLost extends ProxyHeaderParser {
  override push(bytes: Uint8Array): ReturnType<ProxyHeaderParser['push']> {
    return super.push(bytes.length === 1 && bytes[0] === 0x0a ? Buffer.from(' ') : bytes);
  }
}

/** Cookies whose signature is not checked. */
const unchecked: Parameters<typeof cookiesFuzzer>[0] = (context, next) =>
  cookies({ keys: ['x'.repeat(32)] })(context, () => {
    const jar = cookiesOf(context);
    Object.assign(jar, { getSigned: (name: string) => jar.get(name)?.replace(/\.[^.]*$/, '') });
    return next(context);
  });

describe('a planted defect is found, the same one for the same seed, and its input is a reproducer', () => {
  it.each<[defect: string, fuzzer: Fuzzer<never>, what: RegExp]>([
    ['a PROXY header that depends on how it arrives', proxyFuzzer(() => new LineFeedLost()) as Fuzzer<never>, /^cut/],
    [
      'a PROXY header without a limit',
      proxyFuzzer(() => new ProxyHeaderParser()) as Fuzzer<never>,
      /a longer header than the limit/,
    ],
    ['a signature that is not checked', cookiesFuzzer(unchecked) as Fuzzer<never>, /^getSigned (?:accepts|reads)/],
    [
      'a WebSocket without a limit',
      webSocketFuzzer((all, { deflate }) => receiveFrames(all, { deflate: deflate === true })) as Fuzzer<never>,
      /a longer message than the limit/,
    ],
    [
      'a WebSocket that loses single bytes',
      webSocketFuzzer((all, options) =>
        receiveFrames(
          all.filter(({ length }) => length > 1),
          options,
        ),
      ) as Fuzzer<never>,
      /^cut/,
    ],
    [
      'a form that depends on how it arrives',
      multipartFuzzer((_input, cuts) => Promise.resolve(cuts.length > 100 ? 'other parts' : 'parts')) as Fuzzer<never>,
      /^cut/,
    ],
  ])('%s', async (_defect, fuzzer, what) => {
    const [one, two] = [
      await fuzzInputs(fuzzer, { seed: 7, inputs: 5000 }),
      await fuzzInputs(fuzzer, { seed: 7, inputs: 5000 }),
    ];
    expect(one.failure!.what).toMatch(what);
    expect(two).toEqual(one);
    const replayed = JSON.parse(JSON.stringify(one.failure!.input)) as never;
    expect(await checkInput(fuzzer, replayed)).toMatch(what);
  });
});
