import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeInput } from '../../../tools/fuzz/mutations.mjs';
import { random } from '../../../tools/test-support/random.mjs';
import type { Http1ErrorCode } from '@windhover/http1-codec';
import { type Outcome, type ReadingServer, outcomeOf, startNode, startWindhover } from './support/two-servers.ts';

/** The parser of Node.js 22 differs from that of later versions in two more places. */
const isNode22 = process.versions.node.startsWith('22.');

/**
 * What `node:http` reads and we refuse, by our code. All of it is our strictness; a code that is not here must not
 * make the difference.
 */
const weRefuse: Partial<Record<Http1ErrorCode, string>> = {
  HTTP1_REQUEST_LINE_INVALID: 'node takes several spaces for one, and a line without a version for HTTP/0.9',
  HTTP1_LINE_ENDING_INVALID: 'node passes over a bare CR before a request line, and lets an LF end one without version',
  HTTP1_VERSION_NOT_SUPPORTED: 'node reads HTTP/0.9 and HTTP/2.0 request lines as if they were HTTP/1.1',
  HTTP1_VERSION_INVALID: 'node lets an LF end a line without version',
  HTTP1_TARGET_INVALID: 'node takes any target that is a URL to it, with fragments and bytes above 0x7F',
  HTTP1_ASTERISK_NOT_ALLOWED: 'node leaves the forms of the target to the application',
  HTTP1_AUTHORITY_NOT_ALLOWED: 'node leaves the forms of the target to the application',
  HTTP1_HOST_MISSING: 'node asks for Host in HTTP/1.1 exactly, and not in what it reads as HTTP/0.9',
  HTTP1_HOST_INVALID: 'node does not look at what Host says',
  HTTP1_HOST_DUPLICATE: 'node keeps the first of several Host lines',
  HTTP1_HOST_MISMATCH: 'node does not compare Host with the target',
  HTTP1_TRANSFER_CODING_INVALID: 'node ignores empty members, parameters and a coding named twice',
  HTTP1_TRANSFER_CODING_NOT_IMPLEMENTED: 'node hands content on that is still coded',
  HTTP1_TRANSFER_ENCODING_IN_HTTP10: 'node reads chunks in HTTP/1.0',
  HTTP1_CHUNK_EXTENSION_INVALID: 'node does not look at the grammar of extensions',
  HTTP1_CHUNK_EXTENSION_TOO_LONG: 'node has no limit for the zeros before a chunk size',
  HTTP1_TRAILER_NOT_ALLOWED: 'node gives every trailer field to the application',
  HTTP1_EXPECTATION_FAILED: 'node looks for 100-continue anywhere in Expect',
  HTTP1_LENGTH_REQUIRED: 'node takes an HTTP/1.0 POST without a length for one without content',
  ...(isNode22 && { HTTP1_CONTENT_LENGTH_WITH_TRANSFER_ENCODING: 'node 22 ignores an empty Transfer-Encoding' }),
};

/** What we read and `node:http` refuses, by its code (or `none`), and the bytes in which that is right. */
const nodeRefuses: Readonly<Record<string, readonly [bytes: RegExp, reason: string]>> = {
  HPE_INVALID_METHOD: [/^[\s\S]+$/, 'node knows a list of methods, and RFC 9110 9.1 any token'],
  HPE_INVALID_VERSION: [/HTTP\/1\.[2-9]\r\n/, 'a higher minor version is processed as 1.1 (RFC 9110 2.5)'],
  HPE_INVALID_CHUNK_SIZE: [/[0-9a-fA-F][\t ]+;/, 'blanks before a chunk extension are grammar (RFC 9112 7.1.1)'],
  HPE_STRICT: [/;/, 'blanks inside a chunk extension are grammar (RFC 9112 7.1.1)'],
  ...(isNode22 && {
    HPE_INVALID_CONTENT_LENGTH: [/content-length:[^\r\n]*[\t ]\r\n/i, 'blanks after a value are grammar (RFC 9112 5)'],
  }),
  none: [/CONNECT |upgrade/i, 'node leaves CONNECT, and what comes behind an Upgrade, to listeners of their own'],
};

/** Why two outcomes may differ, or undefined. */
const reasonFor = (text: string, node: Outcome, ours: Outcome): string | undefined => {
  const common = Math.min(node.requests.length, ours.requests.length);
  const isSame = JSON.stringify(node.requests.slice(0, common)) === JSON.stringify(ours.requests.slice(0, common));
  // Two readings of one request: never.
  if (!isSame) return undefined;
  if (node.requests.length > common) return weRefuse[ours.refusal as Http1ErrorCode];
  const [bytes, reason] = nodeRefuses[node.refusal ?? 'none'] ?? [/^$/, ''];
  return bytes.test(text) ? reason : undefined;
};

type Step = string | { readonly repeat?: string; readonly times?: number };

/** The bytes that a conformance case sends, its pauses and ends left out. */
const bytesSent = (send: string | Step[]): string =>
  (typeof send === 'string' ? [send] : send)
    .map((step) => (typeof step === 'string' ? step : (step.repeat ?? '').repeat(Math.min(step.times ?? 0, 5000))))
    .join('');

const conformance = (): [name: string, text: string][] => {
  const file = new URL('../../../tools/conformance/http1.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: { id: string; send: string | Step[] }[] };
  return cases.map(({ id, send }) => [id, bytesSent(send)]);
};

const mutations = (seed: number, count: number): [name: string, text: string][] => {
  const source = random(seed);
  return Array.from({ length: count }, (_, index) => [`mutation ${index} of seed ${seed}`, makeInput(source)]);
};

describe('beside node:http over real sockets', () => {
  let node: ReadingServer;
  let ours: ReadingServer;

  beforeAll(async () => {
    node = await startNode();
    ours = await startWindhover();
  });

  afterAll(async () => {
    await node.close();
    await ours.close();
  });

  /** The inputs in which the two differ and nothing says why. */
  const unexplained = async (inputs: readonly [name: string, text: string][]): Promise<unknown[]> => {
    const queue = [...inputs];
    const found: unknown[] = [];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [name, text] = next;
        const [theirs, own] = await Promise.all([outcomeOf(node, text), outcomeOf(ours, text)]);
        if (JSON.stringify(theirs.requests) === JSON.stringify(own.requests)) continue;
        if (reasonFor(text, theirs, own) === undefined) found.push({ name, text, node: theirs, ours: own });
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
    return found;
  };

  it('the conformance cases: the same requests are read, but for what the tables list', async () =>
    expect(await unexplained(conformance())).toEqual([]));

  it('changed requests: the same requests are read, but for what the tables list', async () =>
    expect(await unexplained(mutations(1, 800))).toEqual([]));
});
