/** A response that code for `node:http` has written as text. */
export interface ResponseHead {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: string;
}

/**
 * Parses a response that was written as text in this process, so that the protocol can frame it.
 *
 * @param text head and whole content, in latin1
 * @returns `undefined` for a text that is not a response
 */
export const parseResponseHead = (text: string): ResponseHead | undefined => {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) return undefined;
  return { status: Number(status), fields: lines.map(fieldOf), content: text.slice(end + 4) };
};

const fieldOf = (line: string): readonly [name: string, value: string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
};
