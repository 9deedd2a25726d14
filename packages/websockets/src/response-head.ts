/** The head of a response that code for `node:http` has written as text, and what came behind it. */
export interface ResponseHead {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: string;
}

/**
 * Takes a response apart that this process has written itself, so that a protocol can frame it.
 *
 * @param text latin1, head and all of the content
 * @returns `undefined` for what is no response
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
