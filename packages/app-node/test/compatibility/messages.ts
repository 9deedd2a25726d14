/** A response as a client reads it. */
export interface Message {
  readonly status: string;
  /** Sorted by name; the Date field is `date: …`. */
  readonly fields: readonly string[];
  readonly content: string;
  readonly trailers: readonly string[];
}

/** The messages in the bytes of a server so far. */
export interface Messages {
  readonly messages: readonly Message[];
  /** Complete final responses. */
  readonly complete: number;
}

const incomplete = Symbol('incomplete');

/**
 * Reads responses.
 *
 * @param methods of the requests, in order
 * @param hasEnded whether the server has ended the connection
 */
export const readMessages = (bytes: string, methods: readonly string[], hasEnded: boolean): Messages => {
  const messages: Message[] = [];
  let complete = 0;
  for (let rest = bytes; rest !== '';) {
    const read = readMessage(rest, methods[complete] ?? 'GET', hasEnded);
    if (read === incomplete) return { messages: [...messages, cut(rest)], complete };
    messages.push(read.message);
    if (!/^HTTP\/1.1 1\d\d/.test(read.message.status)) complete++;
    rest = read.rest;
  }
  return { messages, complete };
};

/** The beginning of a message, without the end. */
const cut = (bytes: string): Message => {
  const [head = '', ...rest] = bytes.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  return { status: `cut: ${status}`, fields: fieldsOf(lines), content: rest.join('\r\n\r\n'), trailers: [] };
};

const fieldsOf = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()).replace(/^date: .*/, 'date: …')).toSorted();

const readMessage = (bytes: string, method: string, hasEnded: boolean) => {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return incomplete;
  const [status = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const fields = fieldsOf(lines);
  const body = readContent(bytes.slice(end + 4), { status, fields, method, hasEnded });
  if (body === incomplete) return incomplete;
  return { message: { status, fields, content: body.content, trailers: body.trailers }, rest: body.rest };
};

interface Head {
  readonly status: string;
  readonly fields: readonly string[];
  readonly method: string;
  readonly hasEnded: boolean;
}

const readContent = (bytes: string, { status, fields, method, hasEnded }: Head) => {
  const none = { content: '', trailers: [] as string[], rest: bytes };
  if (method === 'HEAD' || / (?:1\d\d|204|304)(?: |$)/.test(status)) return none;
  if (fields.includes('transfer-encoding: chunked')) return readChunks(bytes);
  const length = fields.find((line) => line.startsWith('content-length:'))?.slice('content-length:'.length);
  if (length !== undefined) {
    const size = Number(length);
    return bytes.length < size ? incomplete : { ...none, content: bytes.slice(0, size), rest: bytes.slice(size) };
  }
  return hasEnded ? { ...none, content: `${bytes}<until the end>`, rest: '' } : incomplete;
};

const readChunks = (bytes: string) => {
  let content = '';
  for (let rest = bytes; ;) {
    const line = rest.indexOf('\r\n');
    if (line < 0) return incomplete;
    const size = Number.parseInt(rest.slice(0, line), 16);
    rest = rest.slice(line + 2);
    if (size === 0) return readTrailers(rest, content);
    if (rest.length < size + 2) return incomplete;
    content += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
};

const readTrailers = (bytes: string, content: string) => {
  if (bytes.startsWith('\r\n')) return { content, trailers: [], rest: bytes.slice(2) };
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return incomplete;
  return { content, trailers: bytes.slice(0, end).split('\r\n').toSorted(), rest: bytes.slice(end + 4) };
};
