/** Splits text, in which each character is a byte, into complete responses with Content-Length. */
export class Answers {
  #text = '';
  #at = 0;
  /** @param {(status: string, content: string) => void} onAnswer */
  constructor(onAnswer) {
    this.onAnswer = onAnswer;
  }

  /** @param {string} text */
  take(text) {
    this.#text = this.#text.slice(this.#at) + text;
    this.#at = 0;
    while (this.#next());
  }

  #next() {
    const headEnd = this.#text.indexOf('\r\n\r\n', this.#at);
    if (headEnd === -1) return false;
    const head = this.#text.slice(this.#at, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without a length: ${head.slice(0, 100)}`);
    const end = headEnd + 4 + Number(length);
    if (this.#text.length < end) return false;
    this.#at = end;
    this.onAnswer(head.slice(9, 12), this.#text.slice(headEnd + 4, end));
    return true;
  }
}
