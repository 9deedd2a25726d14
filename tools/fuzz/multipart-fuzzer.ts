import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Features } from '@windhover/features';
import { ApplicationBuilder, type HttpContext } from '@windhover/http';
import { MultipartError, multipart } from '@windhover/middleware-multipart';
import { deferred } from '../test-support/deferred.ts';
import type { RandomSource } from '../test-support/random.mjs';
import { connectInMemory } from './connect-in-memory.ts';
import { type Fuzzer, everyPlace, mutated, pieces, places } from './fuzzer.ts';

/** A form as a client sends it; one character for each byte. */
export interface MultipartInput {
  readonly contentType: string;
  readonly text: string;
  /** Places where the content is cut. */
  readonly places: readonly number[];
  /** Files that the handler stops reading after their first piece, by their order. */
  readonly abandoned: readonly number[];
}

/** Small limits, so that short inputs reach them. */
const limits = { maxParts: 6, maxFields: 4, maxFiles: 3, maxNameSize: 40, maxFieldSize: 30, maxFileSize: 60 };

const heads = [
  'Content-Disposition: form-data; name="a"',
  'Content-Disposition: form-data; name="a"; filename="b.txt"\r\nContent-Type: text/plain',
  'content-disposition:form-data;name=a;filename=b',
  `Content-Disposition: form-data; name="a"; filename*=UTF-8''%e2%82%ac`,
  'Content-Disposition: form-data; filename=""',
  `Content-Disposition: form-data; name="${'n'.repeat(60)}"`,
  'Content-Disposition: attachment; name="a"',
  'Content-Disposition: form-data; name="__proto__"',
  'Content-Type: text/plain; charset=utf-16le\r\nContent-Disposition: form-data; name="a"',
  'Content-Type: text/plain; charset=none\r\nContent-Disposition: form-data; name="a"',
  'X: y',
  '',
];
const contents = [
  '',
  'value',
  'x'.repeat(29),
  'x'.repeat(31),
  'y'.repeat(90),
  '\r\n',
  '\r\n--',
  '\r\n--b',
  '--bound\r\n',
  '\xff\0',
];
const types = [
  'multipart/form-data; boundary=bound',
  'multipart/form-data; boundary="bound"',
  'multipart/form-data; boundary=bound; boundary=other',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'b'.repeat(80)}`,
  'Multipart/Form-Data;boundary=bound;charset=x',
];
const dictionary = [
  '\r\n',
  '\r\n\r\n',
  '--bound',
  '\r\n--bound\r\n',
  '\r\n--bound--',
  '--',
  '\r',
  '\n',
  '"',
  '; name="',
  '\\',
  '%',
  '\0',
];

const part = (source: RandomSource): string => `--bound\r\n${source.pick(heads)}\r\n\r\n${source.pick(contents)}\r\n`;

const make = (source: RandomSource): MultipartInput => {
  const form =
    Array.from({ length: source.below(6) }, () => part(source)).join('') +
    source.pick(['--bound--', '--bound--\r\n', '--bound--\r\nepilogue', '', '--bound']);
  const text = mutated(source, form, dictionary);
  const contentType = source.below(4) === 0 ? source.pick(types) : types[0]!;
  const abandoned = [1, 2, 3].filter(() => source.below(6) === 0);
  return { contentType, text, places: places(source, text.length), abandoned };
};

const digestOf = (text: string): string => createHash('sha1').update(text).digest('hex').slice(0, 8);

/** Reads the parts of a form. @returns a line for each, and the error */
const partsOf = async (context: HttpContext, abandoned: readonly number[]): Promise<string[]> => {
  const found: string[] = [];
  try {
    for await (const each of multipart(context, limits)) {
      if (each.kind === 'field') {
        if (each.value.length > limits.maxFieldSize) found.push('violation: a longer field than the limit');
        found.push(`field ${each.name} ${each.value}`);
        continue;
      }
      let content = '';
      for await (const piece of each.content) {
        content += Buffer.from(piece as Uint8Array).toString('latin1');
        if (abandoned.includes(found.length + 1)) break;
      }
      if (content.length > limits.maxFileSize) found.push('violation: a longer file than the limit');
      const read = abandoned.includes(found.length + 1) ? 'abandoned' : `${content.length} ${digestOf(content)}`;
      found.push(`file ${each.name} ${each.fileName} ${each.mediaType} ${read}`);
    }
    if (found.length > limits.maxParts) found.push('violation: more parts than the limit');
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    found.push(`refused: ${error.code}`);
  }
  return found;
};

/** Sends the form in pieces. @returns the parts and the answer, as text */
const receive = async ({ contentType, text, abandoned }: MultipartInput, cuts: readonly number[]): Promise<string> => {
  let found: string[] = [];
  const errors: unknown[] = [];
  const application = new ApplicationBuilder(new Features())
    .run(async (context) => {
      found = await partsOf(context, abandoned);
      context.response.send('read');
    })
    .toApplication();
  const client = connectInMemory(application, errors);
  const closed = deferred();
  let answer = '';
  client.start({
    received: (bytes) => void (answer += Buffer.from(bytes).toString('latin1')),
    drained: () => undefined,
    ended: () => client.end(),
    closed: () => closed.resolve(),
  });
  const fields = `Host: a\r\nConnection: close\r\nContent-Type: ${contentType}\r\nContent-Length: ${text.length}\r\n\r\n`;
  for (const piece of [Buffer.from(`POST / HTTP/1.1\r\n${fields}`), ...pieces(Buffer.from(text, 'latin1'), cuts)]) {
    client.write(piece);
  }
  await closed.promise;
  if (errors.length > 0) found.push(`violation: an application error: ${String(errors[0])}`);
  // The number of parts before a refusal depends on how the content arrives.
  if (found.at(-1)?.startsWith('refused') === true) found = found.slice(-1);
  return JSON.stringify({ found, status: answer.slice(9, 12) });
};

/**
 * Sends forms: parts with unusual fields, wrong boundaries, content at the limits, files that the handler does not read to their
 * end. The result must not depend on how the bytes arrive, only `MultipartError` is thrown, and each request is answered.
 */
export const multipartFuzzer = (read: typeof receive = receive): Fuzzer<MultipartInput> => ({
  make,
  check: async (input) => {
    const whole = await read(input, []);
    if (whole.includes('violation')) return whole;
    const bytes = Buffer.from(input.text, 'latin1');
    for (const cuts of [input.places, everyPlace(bytes)]) {
      const cut = await read(input, cuts);
      if (cut !== whole) return `cut, it is ${cut}; whole, it is ${whole}`;
    }
    return undefined;
  },
});
