import { ApplicationBuilder, type HttpContext, type Middleware } from '@windhover/http';
import { Features } from '@windhover/features';
import { type CookieAttributes, CookiesError, cookies, cookiesOf } from '@windhover/middleware-cookies';
import { MemoryHttp } from '../test-support/memory-http.ts';
import type { RandomSource } from '../test-support/random.mjs';
import { type Fuzzer, mutated } from './fuzzer.ts';

/** A cookie that an application sets, and a change of what the client sends back. */
export interface CookieInput {
  readonly name: string;
  readonly value: string;
  readonly attributes: CookieAttributes;
  /** The text in front of the cookie, and after it. */
  readonly around: readonly [string, string];
  /** Offset at which the client changes its protected value, and the character there. */
  readonly forged: readonly [number, string];
}

const names = [
  'a',
  '__Host-a',
  '__host-http-a',
  '__Secure-a',
  '__Http-a',
  'A-b',
  '__proto__',
  'constructor',
  'a b',
  'ä',
  '',
];
const values = [
  '',
  'b',
  'b; Secure',
  'b\r\nSet-Cookie: c=d',
  '"b"',
  'ü',
  '\ud800',
  '%41',
  '%',
  'b=c',
  'b,c',
  '\0',
  'x'.repeat(5000),
];
const paths = ['/', '/a', '/; Domain=evil', '/\r\nX: y', 'ä', ''];
const domains = ['example.com', '.example.com', 'a; Path=/', 'a\nb', ''];
const sent = [
  '',
  'a=1',
  'a=1; a=2',
  ';;',
  '=',
  'a',
  ' = ',
  '__proto__=1',
  'a="1',
  'b=%',
  '\xff=\xff',
  'c=1; '.repeat(200),
];
const dictionary = ['; ', ';', '=', '"', '%', ',', '\\', ' ', '\t', '__Host-a=1', 'a=1'];

/** Sometimes a value of the list, sometimes none. */
const perhaps = <T>(source: RandomSource, list: readonly T[]): T | undefined =>
  source.below(3) === 0 ? source.pick(list) : undefined;

/** A field value: what a client can send over HTTP/1.1. */
const sendable = (text: string): string => text.replaceAll(/[^\t\x20-\x7e]/g, '');

const make = (source: RandomSource): CookieInput => ({
  name: mutated(source, source.pick(names), dictionary),
  value: mutated(source, source.pick(values), dictionary),
  attributes: JSON.parse(
    JSON.stringify({
      path: perhaps(source, paths),
      domain: perhaps(source, domains),
      maxAge: perhaps(source, [0, 1, -1, 1.5, 1e300]),
      secure: perhaps(source, [true, false, 'auto']),
      httpOnly: perhaps(source, [true, false]),
      sameSite: perhaps(source, ['strict', 'lax', 'none', 'Lax; Domain=evil']),
      partitioned: perhaps(source, [true, false]),
      priority: perhaps(source, ['low', 'high', 'x; Domain=evil']),
    }),
  ) as CookieAttributes,
  around: [
    sendable(mutated(source, source.pick(sent), dictionary)),
    sendable(mutated(source, source.pick(sent), dictionary)),
  ],
  forged: [source.below(80), source.pick(['A', 'B', '-', '_', '.'])],
});

type Kind = 'set' | 'setSigned' | 'setEncrypted';
const kinds: readonly (readonly [Kind, 'get' | 'getSigned' | 'getEncrypted'])[] = [
  ['set', 'get'],
  ['setSigned', 'getSigned'],
  ['setEncrypted', 'getEncrypted'],
];

const served = (middleware: Middleware, handler: (context: HttpContext) => void): MemoryHttp =>
  new MemoryHttp(new ApplicationBuilder(new Features()).use(middleware).run(handler).build(), {
    maxRequestHeadersTotalSize: 64 * 1024,
  });

/** Sends a request with this Cookie field. @returns the values of Set-Cookie */
const exchange = async (
  middleware: Middleware,
  cookie: string,
  use: (context: HttpContext) => void,
): Promise<string[]> => {
  const server = served(middleware, (context) => {
    use(context);
    context.response.send('used');
  });
  const answer = await server.exchange(`GET / HTTP/1.1\r\nHost: a\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
  if (!answer.endsWith('\r\n\r\nused'))
    throw new Error(`the answer is ${answer} ${String(server.applicationErrors[0])}`);
  const head = answer.slice(0, answer.indexOf('\r\n\r\n')).split('\r\n').slice(1);
  const other = head.filter((line) => !/^(?:set-cookie|content-(?:type|length)|connection): /i.test(line));
  if (other.length > 0) throw new Error(`the cookie has added ${JSON.stringify(other)}`);
  return head.filter((line) => /^set-cookie: /i.test(line)).map((line) => line.slice('set-cookie: '.length));
};

/** @returns the attributes of a line that the application has not asked for */
const addedAttributes = (line: string, { domain }: CookieAttributes): string[] => {
  const [, ...attributes] = line.split(';').map((part) => part.trim());
  const known = attributes.map((each) => each.split('=')[0]!.toLowerCase());
  const added = known.filter((each, index) => known.indexOf(each) !== index);
  if (domain === undefined) added.push(...known.filter((each) => each === 'domain'));
  return added;
};

const checkKind = async (middleware: Middleware, input: CookieInput, [set, get]: (typeof kinds)[number]) => {
  const { name, value, attributes, around, forged } = input;
  let refused = false;
  const lines = await exchange(middleware, 'x=1', (context) => {
    try {
      cookiesOf(context)[set](name, value, attributes);
    } catch (error) {
      if (!(error instanceof CookiesError)) throw error;
      refused = true;
    }
  });
  if (refused) return lines.length === 0 ? undefined : `${set} sends a refused cookie`;
  if (lines.length !== 1) return `${set} sends ${lines.length} lines`;
  const added = addedAttributes(lines[0]!, attributes);
  if (added.length > 0) return `${set} sends ${JSON.stringify(lines[0])}`;
  const pair = lines[0]!.split(';')[0]!;
  const read = async (cookie: string): Promise<string | undefined> => {
    let found: string | undefined;
    await exchange(middleware, cookie, (context) => (found = cookiesOf(context)[get](name)));
    return found;
  };
  const back = await read(pair);
  if (back !== value) return `${get} reads ${JSON.stringify(back)} from ${pair}`;
  // Other cookies may have the same name, and the first one counts; a protected value is only ever the one that was set.
  const among = await read(`${around[0]}; ${pair}; ${around[1]}`);
  if (get === 'get') return undefined;
  if (among !== undefined && among !== value) return `${get} reads ${JSON.stringify(among)} among others`;
  const start = pair.indexOf('=') + 1;
  const at = start + (forged[0] % (pair.length - start));
  const changed = pair.slice(0, at) + forged[1] + pair.slice(at + 1);
  if (changed !== pair && (await read(changed)) !== undefined) return `${get} accepts ${changed}`;
  return undefined;
};

/**
 * Sets cookies with hostile names, values and attributes, and sends them back among others. A cookie is refused or sent as
 * one line without further attributes, is read as it was set, and a protected value that a client has changed is not read.
 */
export const cookiesFuzzer = (
  middleware: Middleware = cookies({ keys: ['a secret of the fuzzer that has more than 32 bytes'] }),
): Fuzzer<CookieInput> => ({
  make,
  check: async (input) => {
    for (const kind of kinds) {
      const what = await checkKind(middleware, input, kind);
      if (what !== undefined) return what;
    }
    return undefined;
  },
});
