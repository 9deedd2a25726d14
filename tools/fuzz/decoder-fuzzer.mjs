// Feeds a request decoder with mutated requests and checks rules that must hold for any bytes.
import { Violation, cut, everywhere, firstDifference, fuzz } from './fuzz.mjs';
import { makeInput } from './mutations.mjs';

/** Limits of the decoder: small ones, so that short inputs reach them. */
const limitSets = [
  {},
  { maxRequestLineSize: 40, maxRequestHeadersTotalSize: 90, maxRequestHeaderCount: 4, maxRequestBodySize: 30 },
  { maxRequestLineSize: 24, maxRequestHeadersTotalSize: 48, maxRequestHeaderCount: 2, maxRequestBodySize: 5 },
  { maxRequestBodySize: null },
];

const bytesOf = (text) => Buffer.from(text, 'latin1');

/** The ways in which a decoder receives a piece. `before` and `after` are called around the reading of its events. */
const push = { before: (decoder, piece) => decoder.push(piece), after: () => {} };

const lentMemory = Buffer.alloc(64 * 1024);

/** Through memory that other bytes overwrite once the events have been read. */
const lend = {
  before: (decoder, piece) => {
    piece.copy(lentMemory);
    decoder.lend(lentMemory, piece.length);
  },
  after: (decoder) => {
    decoder.release();
    lentMemory.fill('overwritten ');
  },
};

/** Reads pieces with a new decoder. @returns the result as text, for comparison */
const readPieces = ({ createDecoder, events, isRefusal }, limits, pieces, { isLate = false, passing = push } = {}) => {
  const decoder = createDecoder(limits);
  const found = [];
  let pushed = 0;
  let content = 0;
  let refusal;
  const add = () => {
    // Each event except `needData` consumes at least one byte or ends a request; more events indicate an endless loop.
    for (let left = 2 * pushed + 4; ; left--) {
      if (left === 0) throw new Violation('the decoder gives events without end');
      const event = decoder.read();
      if (event === events.needData) return;
      if (event === events.head) found.push({ head: decoder.head, content: [] });
      const current = found.at(-1);
      if (event === events.content) {
        if (decoder.content.length === 0) throw new Violation('a piece of content is empty');
        content += decoder.content.length;
        current.content.push(decoder.content);
      }
      if (event === events.end) current.trailers = [...(decoder.trailers ?? [])];
      if (content + decoder.buffered > pushed) throw new Violation('more bytes than were pushed');
    }
  };
  const read = () => {
    try {
      add();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error.code;
    }
  };
  for (const piece of pieces) {
    passing.before(decoder, piece);
    pushed += piece.length;
    if (!isLate) read();
    passing.after(decoder);
    if (refusal !== undefined) break;
  }
  if (refusal === undefined) read();
  // Applications keep heads and pieces of content, and read them after later requests.
  for (const request of found) {
    request.head = headOf(request.head);
    request.content = Buffer.concat(request.content).toString('latin1');
  }
  checkLimits(limits, found);
  if (refusal !== undefined) checkSticky(decoder, isRefusal, refusal);
  // The amount of content before a refusal depends on how it arrives.
  if (refusal !== undefined) for (const request of found) if (request.trailers === undefined) request.content = '';
  return JSON.stringify({ found, refusal });
};

const headOf = (head) => ({
  method: head.method,
  target: head.target,
  version: head.minorVersion,
  fields: Array.from({ length: head.fieldCount }, (_, line) => head.fieldLine(line)),
});

const checkLimits = (limits, found) => {
  for (const { head, content } of found) {
    if (head.fields.length > (limits.maxRequestHeaderCount ?? 100)) throw new Violation('more fields than the limit');
    if (content.length > (limits.maxRequestBodySize ?? Infinity)) throw new Violation('more content than the limit');
    const line = head.method.length + head.target.length + ' '.length * 2 + 'HTTP/1.1\r\n'.length;
    if (line > (limits.maxRequestLineSize ?? 8192)) throw new Violation('a longer request line than the limit');
  }
};

const checkSticky = (decoder, isRefusal, refusal) => {
  decoder.push(bytesOf('GET /again HTTP/1.1\r\nHost: a\r\n\r\n'));
  try {
    decoder.read();
  } catch (error) {
    if (isRefusal(error) && error.code === refusal) return;
    throw error;
  }
  throw new Violation('a refused message is no longer refused');
};

/**
 * Checks one input.
 *
 * @param subject the decoder under test
 * @param {string} text one character for each byte
 * @param {number[]} places where the input is cut
 * @returns {string | undefined} the violation
 */
export const checkInput = (subject, limits, text, places) => {
  const bytes = bytesOf(text);
  const read = (at, options) => readPieces(subject, limits, cut(bytes, at), options);
  return firstDifference({
    whole: () => read([]),
    cut: () => read(places),
    'cut and read late': () => read(places, { isLate: true }),
    'byte by byte': () => read(everywhere(bytes)),
    lent: () => read([], { passing: lend }),
    'cut and lent': () => read(places, { passing: lend }),
    'cut, lent and read late': () => read(places, { isLate: true, passing: lend }),
  });
};

/**
 * Runs until the time is up, the number of inputs is reached, or a violation is found.
 *
 * @returns {{ runs: number, failure?: { what: string, limits: object, text: string, places: number[] } }}
 */
export const fuzzDecoder = (subject, options) => {
  const check = (limits, text, places) => checkInput(subject, limits, text, places);
  const { runs, failure } = fuzz(options, { make: makeInput, limitSets, check });
  if (failure === undefined) return { runs };
  const { input, ...rest } = failure;
  return { runs, failure: { ...rest, text: input } };
};
