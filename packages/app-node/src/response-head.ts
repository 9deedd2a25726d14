/** A response written as text by code for `node:http`. */
export interface ResponseHead {
  readonly status: number;
  /** The reason phrase; empty for that of the status. */
  readonly reasonPhrase: string;
  readonly fields: readonly FieldPair[];
  readonly content: string;
}

export type FieldPair = readonly [name: string, value: string];

/**
 * Parses a response written as text in this process, so that the protocol can frame it.
 *
 * @param text head and whole content, in latin1
 * @returns `undefined` for a text that is not a response
 */
export const parseResponseHead = (text: string): ResponseHead | undefined => {
  const end = text.indexOf('\r\n\r\n');
  const head = text.slice(0, Math.max(end, 0));
  const [, status, reasonPhrase = ''] = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?(?:\r\n|$)/.exec(head) ?? [];
  if (status === undefined) return undefined;
  const lines = head.indexOf('\r\n');
  return {
    status: Number(status),
    reasonPhrase,
    fields: lines < 0 ? [] : parseFieldLines(head.slice(lines + 2)),
    content: text.slice(end + 4),
  };
};

/** Parses field lines written as text in this process, each with a CRLF. */
export const parseFieldLines = (text: string): FieldPair[] =>
  text
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
