// Feeds the HTTP/2 frame reader and the HPACK decoder with mutated frames and checks rules that must hold for any
// bytes.
import { Violation, cut, everywhere, firstDifference, fuzz } from './fuzz.mjs';

const opening = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

/** Header blocks from which inputs start: requests, table entries, size updates, Huffman code. */
const blocks = [
  '828684410161',
  '828684be',
  '20828684',
  '203fe11f828684',
  '8286844008782d746573742d31026869',
  '8286847a849c48aca4',
  '82868400 85f2b24a84ff 849c48aca4'.replaceAll(' ', ''),
  '828684 10 03 78 2d 61 01 62'.replaceAll(' ', ''),
  `828684${'400178017a'.repeat(20)}`,
  'be'.repeat(40),
].map((text) => Buffer.from(text, 'hex'));

/** Limits of the reader: small ones, so that short inputs reach them. */
const limitSets = [
  { reader: {}, list: { maxListSize: 32_768, maxCount: 100, maxFieldSize: 32_768 } },
  {
    reader: { maxFrameSize: 16_384, maxHeaderBlockSize: 64 },
    list: { maxListSize: 200, maxCount: 4, maxFieldSize: 20 },
  },
];

const maxTableSize = 4096;
const fieldOverhead = 32;

/** @param {{ below(limit: number): number, pick(list: readonly any[]): any }} source */
const payloadFor = ({ below, pick }, type) => {
  if (type === 1 || type === 9) return pick(blocks);
  if (type === 4) return Buffer.from(pick(['', '000300000064', '000400000000', '000180000000', '0005ffffffff']), 'hex');
  return Buffer.from(Array.from({ length: pick([0, 1, 4, 4, 5, 8, 8, 9, 30]) }, () => below(256)));
};

/** @param {{ below(limit: number): number, pick(list: readonly any[]): any }} source */
const frame = (source) => {
  const { below, pick } = source;
  const type = pick([0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 16, 200]);
  const payload = payloadFor(source, type);
  const header = Buffer.alloc(9);
  header.writeUIntBE(below(20) === 0 ? below(20_000) : payload.length, 0, 3);
  header[3] = type;
  header[4] = pick([0, 1, 4, 5, 5, 5, 8, 0x25, 0x2d, below(256)]);
  header.writeUInt32BE(
    type === 4 || type === 6 || type === 7 ? pick([0, 0, 0, 1]) : pick([1, 3, 5, 2, 0, 0x7fffffff]),
    5,
  );
  return Buffer.concat([header, payload]);
};

/** Frames after the preface, with some bytes changed. */
const makeFrames = (source) => {
  const frames = Array.from({ length: 1 + source.below(12) }, () => frame(source));
  const bytes = Buffer.concat([opening, ...frames]);
  for (let left = source.below(4); left > 0; left--) bytes[source.below(bytes.length)] = source.below(256);
  return bytes;
};

/** Reads pieces with a new reader. @returns the result as text, for comparison */
const readPieces = ({ createReader, createDecoder, events, isRefusal }, limits, pieces) => {
  const reader = createReader(limits.reader);
  const decoder = createDecoder(limits.list);
  const found = [];
  let pushed = 0;
  let refusal;
  const readAll = () => {
    // Each event except `needData` consumes at least one byte; more events indicate an endless loop.
    for (let left = 2 * pushed + 4; ; left--) {
      if (left === 0) throw new Violation('the reader gives events without end');
      try {
        const event = reader.read();
        if (event === events.needData) return;
        if (event === events.data && !reader.isFrameStart) found.at(-1).content += contentOf(reader);
        else found.push({ event, ...detailsOf(reader, event, events, decoder, limits.list) });
        if (event === events.data) found.at(-1).ends = reader.endsStream;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        found.push({ error: error.code });
        if (error.isConnectionError) refusal = error.code;
      }
      if (reader.buffered > pushed) throw new Violation('more bytes than were pushed');
      if (refusal !== undefined) return;
    }
  };
  for (const piece of pieces) {
    reader.push(piece);
    pushed += piece.length;
    readAll();
    if (refusal !== undefined) break;
  }
  // The amount of DATA before a refusal depends on how it arrives.
  if (refusal === undefined) return JSON.stringify(found);
  return JSON.stringify(found.map((each) => ({ ...each, content: undefined, ends: undefined })));
};

const contentOf = ({ bytes, start, end }) => Buffer.from(bytes.subarray(start, end)).toString('hex');

const detailsOf = (reader, event, events, decoder, limits) => {
  const { streamId } = reader;
  if (event === events.data) return { streamId, content: contentOf(reader) };
  if (event !== events.headers) return { streamId };
  const fields = decoder.decode(reader.bytes, reader.start, reader.end);
  checkList(fields, decoder, limits);
  return { streamId, fields: fields.map(({ name, value }) => [name, value]), isTooLarge: decoder.isTooLarge };
};

/** Checks the limits of a header list and of the dynamic table. */
const checkList = (fields, decoder, { maxListSize, maxCount }) => {
  const size = fields.reduce((sum, { name, value }) => sum + name.length + value.length + fieldOverhead, 0);
  if (size > maxListSize) throw new Violation('a larger header list than the limit');
  const lines = fields.filter(({ name }) => !name.startsWith(':') && name !== 'cookie');
  if (lines.length > maxCount) throw new Violation('more fields than the limit');
  if (decoder.tableSize > maxTableSize) throw new Violation('a larger dynamic table than the limit');
};

/**
 * Checks one input.
 *
 * @returns {string | undefined} the violation
 */
export const checkFrames = (subject, limits, bytes, places) => {
  const read = (at) => readPieces(subject, limits, cut(bytes, at));
  return firstDifference({
    whole: () => read([]),
    cut: () => read(places),
    'byte by byte': () => read(everywhere(bytes)),
  });
};

/**
 * Runs until the time is up, the number of inputs is reached, or a violation is found.
 *
 * @returns {{ runs: number, failure?: { what: string, limits: object, hex: string, places: number[] } }}
 */
export const fuzzHttp2 = (subject, options) => {
  const check = (limits, bytes, places) => checkFrames(subject, limits, bytes, places);
  const { runs, failure } = fuzz(options, { make: makeFrames, limitSets, check });
  if (failure === undefined) return { runs };
  const { input, ...rest } = failure;
  return { runs, failure: { ...rest, hex: input.toString('hex') } };
};
